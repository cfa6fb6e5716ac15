/** There is no data directory of this name: exit 1. */
export class NoDataError extends Error {
  override readonly name = 'NoDataError';
}

/** Wrong usage of the command line: exit 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
