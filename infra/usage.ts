/** Why a command ends without its work done: `cli.ts` prints it. */

/** Wrong usage of the command line: exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What a command was given cannot be worked with, a line for each reason: exit 1. */
export class InputError extends Error {
  override readonly name = 'InputError';
}
