/** The child process of emulators.ts: serves until its parent is gone, and tells it where. */
import { mkdirSync } from 'node:fs';
import { type AddressInfo, type ListenOptions, Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateTableCommand, DynamoDBClient, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import { ClassicLevel } from 'classic-level';
import dynalite from 'dynalite';
import { startFauxqs } from 'fauxqs';
import { BUCKETS, QUEUES } from '../shared/io/ports.ts';
import { TABLES, type TableSpec } from '../shared/io/tables.ts';
import { SECOND } from '../shared/time.ts';
import type { ChildReport } from './emulators.ts';
import { startKeyServer } from './key-server.ts';
import { HINT_RETENTION_SECONDS, visibilitySeconds } from './topology.ts';

const LOOPBACK = '127.0.0.1';

/** How long the process of a start before this one may take to let go of the data. */
const LOCK_WAIT_MS = 40 * SECOND;
const LOCK_RETRY_MS = 100;

/** fauxqs offers itself to the whole network; nothing in this process may. */
function serveOnLoopbackOnly(): void {
  const listen = Server.prototype.listen;
  const onLoopback = function (this: Server, options: ListenOptions, listening?: () => void) {
    return listen.call(this, { ...options, host: LOOPBACK }, listening);
  };
  Server.prototype.listen = onLoopback as typeof listen;
}

/**
 * Waits until whoever holds the data has let go of it. Dynalite opens its data only at its first request, and a lock
 * that it then meets ends the process.
 */
async function untilUnlocked(path: string): Promise<void> {
  const patience = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    const data = new ClassicLevel(path);
    const locked = await data.open().then(
      () => false,
      (error: { cause?: { code?: string } }) => {
        if (error.cause?.code !== 'LEVEL_LOCKED') throw error;
        return true;
      },
    );
    await data.close();
    if (!locked) return;
    if (Date.now() > patience) throw new Error('another process holds the data');
    await sleep(LOCK_RETRY_MS);
  }
}

async function startDynamo(dir: string | undefined): Promise<string> {
  const instantly = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
  const server = dynalite({ ...instantly, ...(dir !== undefined && { path: dir }) });
  await new Promise<void>((resolve) => server.listen({ port: 0 }, resolve));
  return `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`;
}

async function createTables(endpoint: string): Promise<void> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'local', credentials });
  for (const [TableName, { index }] of Object.entries(TABLES) as [string, TableSpec][]) {
    const keys = ['pk', 'sk', ...(index === undefined ? [] : [index])];
    const command = new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys.map((key) => ({ AttributeName: key, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      ...(index !== undefined && {
        GlobalSecondaryIndexes: [
          {
            IndexName: index,
            KeySchema: [{ AttributeName: index, KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
      }),
    });
    await client.send(command).catch((error: unknown) => {
      if (!(error instanceof ResourceInUseException)) throw error;
    });
  }
  client.destroy();
}

/** Queues are made only where they are missing: making one anew would drop its stored hints. */
async function startQueuesAndBuckets(dir: string | undefined): Promise<string> {
  const server = await startFauxqs({
    port: 0,
    logger: false,
    ...(dir !== undefined && { dataDir: join(dir, 'fauxqs') }),
  });
  for (const queue of QUEUES) {
    if (server.inspectQueue(queue)) continue;
    server.createQueue(queue, {
      attributes: {
        VisibilityTimeout: String(visibilitySeconds(queue)),
        MessageRetentionPeriod: String(HINT_RETENTION_SECONDS),
      },
    });
  }
  for (const bucket of BUCKETS) server.createBucket(bucket);
  return `http://${LOOPBACK}:${server.port}`;
}

function report(message: ChildReport): void {
  process.send?.(message);
}

process.on('disconnect', () => process.exit(0));
// A Ctrl-C reaches the whole group; the parent may still be writing, and its end is this process's signal.
process.on('SIGINT', () => {});

const [dir] = process.argv.slice(2);
try {
  serveOnLoopbackOnly();
  const data = dir === undefined ? undefined : join(dir, 'dynamodb');
  if (data !== undefined) {
    mkdirSync(data, { recursive: true });
    await untilUnlocked(data);
  }
  const dynamodb = await startDynamo(data);
  await createTables(dynamodb);
  const fauxqs = await startQueuesAndBuckets(dir);
  report({ ready: { dynamodb, fauxqs, kms: await startKeyServer(dir) } });
} catch (error) {
  report({ failed: (error as Error).message });
  process.disconnect();
}
