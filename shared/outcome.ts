/**
 * The four kinds of trouble. An *outcome* is a value with a reason and has no type of its own; an *issue* is
 * bad input; a *fault* is the world breaking; a *bug* is a failed assertion and crashes the run, which the
 * sweep then does again.
 */

export type IssueLevel = 'error' | 'warning' | 'info';

/** One thing wrong with an input, at a path inside it. */
export interface Issue {
  path: string;
  code: string;
  level: IssueLevel;
  params: Record<string, string | number | boolean | null>;
  message: string;
}

export function issue(
  path: string,
  code: string,
  message: string,
  params: Issue['params'] = {},
  level: IssueLevel = 'error',
): Issue {
  return { path, code, level, params, message };
}

/** The world broke: a call to something outside failed. */
export class Fault extends Error {
  readonly reason: string;
  readonly retryable: boolean;

  constructor(reason: string, options: { retryable: boolean; cause?: unknown }) {
    super(reason, { cause: options.cause });
    this.name = 'Fault';
    this.reason = reason;
    this.retryable = options.retryable;
  }
}

/** States what the code relies on; a failure is a bug in this program, not in its input. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`bug: ${message}`);
}
