/**
 * The services of AWS that one machine stands in for: DynamoDB (dynalite), SQS and S3 (fauxqs), KMS, in one child
 * process that dies with its parent. What a store acknowledged survives the death of either.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { bucketVariable, queueVariable, tableVariable, VAULT_KEY_VARIABLE } from '../shared/io/config.ts';
import { BUCKETS, QUEUES } from '../shared/io/ports.ts';
import { TABLES, type TableName } from '../shared/io/tables.ts';
import { LOCAL_KEY_ID } from './key-server.ts';

export interface Emulators {
  /** Base URLs on loopback; S3 and SQS share one. */
  endpoints: { dynamodb: string; sqs: string; s3: string; kms: string };
  /** What a process must find in its environment to use them: endpoints, and the names of config.ts. */
  env: Record<string, string>;
  /** Process id of the child. */
  pid: number;
  stop(): Promise<void>;
}

/** What the child says once it serves, or why it cannot. */
export type ChildReport = { ready: { dynamodb: string; fauxqs: string; kms: string } } | { failed: string };

/** `dir`: where the data is kept; without it everything is in memory. */
export async function startEmulators(dir?: string): Promise<Emulators> {
  const program = fileURLToPath(new URL('./emulators-child.ts', import.meta.url));
  const child = fork(program, dir === undefined ? [] : [dir], { serialization: 'json' });
  const report = await firstReport(child);
  if ('failed' in report) throw new Error(`the embedded services cannot start: ${report.failed}`);
  const { dynamodb, fauxqs, kms } = report.ready;
  return {
    endpoints: { dynamodb, sqs: fauxqs, s3: fauxqs, kms },
    env: {
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
      AWS_ENDPOINT_URL_SQS: fauxqs,
      AWS_ENDPOINT_URL_S3: fauxqs,
      AWS_ENDPOINT_URL_KMS: kms,
      [VAULT_KEY_VARIABLE]: LOCAL_KEY_ID,
      ...Object.fromEntries((Object.keys(TABLES) as TableName[]).map((name) => [tableVariable(name), name])),
      ...Object.fromEntries(QUEUES.map((name) => [queueVariable(name), `${fauxqs}/000000000000/${name}`])),
      ...Object.fromEntries(BUCKETS.map((name) => [bucketVariable(name), name])),
    },
    pid: child.pid!,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}

async function firstReport(child: ChildProcess): Promise<ChildReport> {
  const heard = once(child, 'message').then(([message]) => message as ChildReport);
  const died = once(child, 'exit').then(
    ([code]): ChildReport => ({ failed: `their process ended with ${code}` }),
  );
  return Promise.race([heard, died]);
}
