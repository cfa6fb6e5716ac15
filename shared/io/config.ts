/**
 * What a process is told by its environment, parsed once. A function is told only of the tables, queues and
 * buckets it may use; the stacks and the one-machine deployment write the variables from the same names.
 */
import * as z from 'zod';
import { BUCKETS, type BucketName, QUEUES, type QueueName } from './ports.ts';
import { TABLES, type TableName } from './tables.ts';

export interface Config {
  /** Deployed names. */
  tables: Partial<Record<TableName, string>>;
  /** URLs. */
  queues: Partial<Record<QueueName, string>>;
  /** Deployed names. */
  buckets: Partial<Record<BucketName, string>>;
  /** Dearest price of one SMS in US$; absent: no bound. */
  smsMaxPriceUsd?: number | undefined;
  /** The KMS key over names and numbers; absent: this process opens none. */
  vaultKey?: string | undefined;
}

export const tableVariable = (table: TableName) => `TABLE_${table.toUpperCase()}`;
export const queueVariable = (queue: QueueName) => `QUEUE_${queue.toUpperCase()}_URL`;
export const bucketVariable = (bucket: BucketName) => `BUCKET_${bucket.toUpperCase()}`;
export const SMS_MAX_PRICE_VARIABLE = 'SMS_MAX_PRICE_USD';
export const VAULT_KEY_VARIABLE = 'VAULT_KEY';

/** The environment is not one this program can run in; every fault of it is in the message, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const tableNames = Object.keys(TABLES) as TableName[];
const deployedName = z.string().regex(/^[A-Za-z0-9_.-]{3,255}$/, 'is not a name of a table or a bucket');

const environment = z.object({
  ...shape(tableNames, tableVariable, deployedName.optional()),
  ...shape(QUEUES, queueVariable, z.url().optional()),
  ...shape(BUCKETS, bucketVariable, deployedName.optional()),
  [SMS_MAX_PRICE_VARIABLE]: z.coerce.number().positive().optional(),
  [VAULT_KEY_VARIABLE]: z.string().min(1).optional(),
});

export function parseConfig(env: Record<string, string | undefined>): Config {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((fault) => `${fault.path.join('.')}: ${fault.message}`);
    throw new ConfigError(faults.join('\n'));
  }
  const given = parsed.data as Record<string, string | undefined>;
  return {
    tables: pick(tableNames, tableVariable, given),
    queues: pick(QUEUES, queueVariable, given),
    buckets: pick(BUCKETS, bucketVariable, given),
    smsMaxPriceUsd: parsed.data[SMS_MAX_PRICE_VARIABLE],
    vaultKey: parsed.data[VAULT_KEY_VARIABLE],
  };
}

function shape<N extends string, S>(names: readonly N[], variable: (name: N) => string, schema: S) {
  return Object.fromEntries(names.map((name) => [variable(name), schema])) as Record<string, S>;
}

function pick<N extends string>(
  names: readonly N[],
  variable: (name: N) => string,
  given: Record<string, string | undefined>,
): Partial<Record<N, string>> {
  const present = names.filter((name) => given[variable(name)] !== undefined);
  return Object.fromEntries(present.map((name) => [name, given[variable(name)]])) as Partial<
    Record<N, string>
  >;
}
