/**
 * What may be kept of an AWS error: its name, status and request id. Never its message: services quote what they
 * were sent in it, SNS the phone number.
 */
import { Fault } from '../outcome.ts';

export interface AwsError {
  /** The service's code, or Node's for a network error. */
  name: string;
  /** HTTP status; null when no answer came. */
  status: number | null;
  requestId: string | null;
  /** Times the SDK sent the request. */
  attempts: number;
}

/** A name is letters, so that nothing of a request can hide in one. */
const NAME = /^[A-Za-z][A-Za-z_.]{0,79}$/;
const REQUEST_ID = /^[A-Za-z0-9-]{8,80}$/;

export function awsError(error: unknown): AwsError {
  const {
    name,
    code,
    $metadata = {},
  } = (error ?? {}) as {
    name?: unknown;
    code?: unknown;
    $metadata?: { httpStatusCode?: number; requestId?: string; attempts?: number };
  };
  const given = [code, name].find((text) => typeof text === 'string' && NAME.test(text));
  return {
    name: given === undefined ? 'unnamed' : String(given),
    status: $metadata.httpStatusCode ?? null,
    requestId: REQUEST_ID.test($metadata.requestId ?? '') ? $metadata.requestId! : null,
    attempts: $metadata.attempts ?? 1,
  };
}

export function reasonOf({ name, status, requestId }: AwsError): string {
  return [name, status, requestId].filter((part) => part !== null).join(' ');
}

/** Faults that no retry mends: the request itself is wrong. Everything else may pass. */
const LASTING = /Validation|AccessDenied|NotFound|NoSuch|Unauthorized|InvalidParameter|TooLarge/;

/** The fault that a failed call of `operation` (`store.put`) throws. */
export function awsFault(operation: string, error: unknown): Fault {
  const known = awsError(error);
  return new Fault(`${operation} ${reasonOf(known)}`, { retryable: !LASTING.test(known.name), cause: error });
}

/** For `.catch`: turns what the SDK throws in `operation` into its fault. */
export function failed(operation: string): (error: unknown) => never {
  return (error) => {
    throw awsFault(operation, error);
  };
}
