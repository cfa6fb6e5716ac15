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
  /** The KMS key over names and numbers; absent: this process opens none. */
  vaultKey?: string | undefined;
}

export const tableVariable = (table: TableName) => `TABLE_${table.toUpperCase()}`;
export const queueVariable = (queue: QueueName) => `QUEUE_${queue.toUpperCase()}_URL`;
export const bucketVariable = (bucket: BucketName) => `BUCKET_${bucket.toUpperCase()}`;
export const VAULT_KEY_VARIABLE = 'VAULT_KEY';

/** The environment is not one this program can run in; every fault of it is in the message, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const deployedName = z.string().regex(/^[A-Za-z0-9_.-]{3,255}$/, 'is not a name of a table or a bucket');

export function parseConfig(env: Record<string, string | undefined>): Config {
  const faults: string[] = [];
  function given(variable: string, schema: z.ZodType): string | undefined {
    for (const { message } of schema.optional().safeParse(env[variable]).error?.issues ?? [])
      faults.push(`${variable}: ${message}`);
    return env[variable];
  }
  const names = <N extends string>(all: readonly N[], variable: (name: N) => string, schema: z.ZodType) =>
    Object.fromEntries(
      all.map((name) => [name, given(variable(name), schema)]).filter(([, value]) => value !== undefined),
    ) as Partial<Record<N, string>>;
  const config = {
    tables: names(Object.keys(TABLES) as TableName[], tableVariable, deployedName),
    queues: names(QUEUES, queueVariable, z.url()),
    buckets: names(BUCKETS, bucketVariable, deployedName),
    vaultKey: given(VAULT_KEY_VARIABLE, z.string().min(1)),
  };
  if (faults.length > 0) throw new ConfigError(faults.join('\n'));
  return config;
}
