/** One process of `compare`: sends to the numbers it is given in one way, and ends when that way believes it is done. */
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { CloudWatchLogsEvent } from 'aws-lambda';
import { portsFrom } from '../../functions/wire.ts';
import { dynamoClient } from '../../shared/io/clients.ts';
import { systemClock } from '../../shared/io/clock.ts';
import { receiptsOf } from '../../shared/io/receipts-log.ts';
import { LEASE_MS } from '../../shared/limits.ts';
import type { NoticeItem } from '../../shared/notice/slices.ts';
import { inParallel } from '../../shared/parallel.ts';
import { receive } from '../../shared/stages/receive.ts';
import { send } from '../../shared/stages/send.ts';
import { settle } from '../../shared/stages/settle.ts';
import { MINUTE, SECOND } from '../../shared/time.ts';
import { CHAIN, NUMBER } from './exam.ts';

export type Way = 'loop' | 'idempotency' | 'huhang';
export interface ChildWord {
  cpuMs: number;
}

/** Length of the SMS is the same for all. */
const TEXT = '【测速司法局】台风橙色预警（市气象台20日09:30），请早出门、防坠物，咨询0595-00000000';

/** Messages that a queue hands to one run at a time. */
const BATCH = 10;

/** After so many failed runs a queue gives a message up; each time it stays hidden for a while. */
const RECEIVES_MAX = 5;
const HIDDEN_MS = 20 * SECOND;

/** How often our sweep looks; deployed it is a minute. */
const SWEEP_MS = 10 * SECOND;

const numbers = await new Promise<string[]>((resolve) => {
  process.once('message', (word: { numbers: string[] }) => resolve(word.numbers));
});
/** What it took to load the program is not what it takes to send. */
const loaded = process.cpuUsage();
const reporting = setInterval(report, 100);

function report(): void {
  const { user, system } = process.cpuUsage(loaded);
  process.send?.({ cpuMs: (user + system) / 1_000 } satisfies ChildWord);
}

/** What stands in most examples: publish, log what failed, go on. Started again, it begins again. */
async function loop(): Promise<void> {
  const sns = new SNSClient();
  for (const number of numbers) {
    await sns.send(new PublishCommand({ PhoneNumber: number, Message: TEXT })).catch(() => undefined);
  }
}

/**
 * A record per person around Publish, as idempotency libraries do it: INPROGRESS until the run's time limit, taken
 * away when the call throws so that it can be tried again, COMPLETED at the end. A queue brings back what failed.
 */
async function idempotency(): Promise<void> {
  const [sns, dynamo] = [new SNSClient(), dynamoClient()];
  const TableName = 'versions';
  const keyOf = (number: string) => ({ pk: { S: 'idempotency' }, sk: { S: number } });
  const seconds = (ms: number) => ({ N: String(Math.floor(ms / SECOND)) });

  async function once(number: string): Promise<boolean> {
    const Item = { ...keyOf(number), state: { S: 'INPROGRESS' }, until: seconds(Date.now() + LEASE_MS) };
    try {
      await dynamo.send(
        new PutItemCommand({
          TableName,
          Item,
          ConditionExpression: 'attribute_not_exists(pk) OR (#state = :going AND #until < :now)',
          ExpressionAttributeNames: { '#state': 'state', '#until': 'until' },
          ExpressionAttributeValues: { ':going': { S: 'INPROGRESS' }, ':now': seconds(Date.now()) },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const { Item: there } = await dynamo.send(new GetItemCommand({ TableName, Key: keyOf(number) }));
      return there?.state?.S === 'COMPLETED';
    }
    try {
      await sns.send(new PublishCommand({ PhoneNumber: number, Message: TEXT }));
    } catch {
      await dynamo.send(new DeleteItemCommand({ TableName, Key: keyOf(number) }));
      return false;
    }
    await dynamo.send(
      new UpdateItemCommand({
        TableName,
        Key: keyOf(number),
        UpdateExpression: 'SET #state = :done',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':done': { S: 'COMPLETED' } },
      }),
    );
    return true;
  }

  let waiting = numbers;
  for (let receives = 1; waiting.length > 0 && receives <= RECEIVES_MAX; receives += 1) {
    if (receives > 1) await systemClock.sleep(HIDDEN_MS);
    const failed: string[] = [];
    await inParallel(waiting, BATCH, async (number) => {
      if (!(await once(number))) failed.push(number);
    });
    waiting = failed;
  }
}

/** Our senders and our sweep, until the notice is accounted for. */
async function huhang(): Promise<void> {
  const ports = { ...portsFrom(process.env, systemClock), log: () => undefined };
  let taking: Promise<void> = Promise.resolve();
  process.on('message', ({ receipts }: { receipts: CloudWatchLogsEvent }) => {
    taking = taking.then(() => receive(ports, receiptsOf(receipts).receipts));
  });
  for (;;) {
    await send(ports, ports.clock.machine() + MINUTE);
    const item = await ports.store.get<NoticeItem>('notices', { pk: CHAIN, sk: NUMBER });
    if (item && (await settle(ports, item))) break;
    await ports.clock.sleep(SWEEP_MS);
  }
  await taking;
}

const ways: Record<Way, () => Promise<void>> = { loop, idempotency, huhang };
await ways[process.argv[2] as Way]();
clearInterval(reporting);
report();
process.disconnect();
