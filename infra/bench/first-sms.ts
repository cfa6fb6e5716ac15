/**
 * `warning-to-first-sms`: from the moment a feed's answer has changed to the first SMS that the carrier took, through
 * the handlers and queues of the one-machine deployment; against one bare store write and one bare publish.
 */
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { handler as expandHandler } from '../../functions/expand.ts';
import { handler as pollHandler } from '../../functions/poll.ts';
import { handler as sendHandler } from '../../functions/send.ts';
import { usePorts } from '../../functions/wire.ts';
import { dynamoClient, sqsClient } from '../../shared/io/clients.ts';
import { parseConfig } from '../../shared/io/config.ts';
import type { Ports } from '../../shared/io/ports.ts';
import { shippedPlan } from '../../shared/plan/shipped.ts';
import { adoptRoster, enterExam } from '../../shared/stages/office.ts';
import { importRoster } from '../../shared/stages/roster.ts';
import { civil, HOUR, MINUTE, pad } from '../../shared/time.ts';
import { contextFor, startPump } from '../pump.ts';
import { FUNCTIONS } from '../topology.ts';
import { dutyOfficer, examFrom } from './exam.ts';
import { byTurns, type Figure, figure } from './figure.ts';
import { type House, inHouse } from './house.ts';

/** Each turn has a house of its own: a second warning would meet what the first one left. */
export async function benchFirstSms(turns?: number): Promise<Figure[]> {
  const sides = await byTurns({ floor: () => inHouse(bareCalls), ours: () => inHouse(warningToSms) }, turns);
  return [figure({ name: 'warning-to-first-sms', unit: 'ms', n: 1 }, sides)];
}

export async function warningToSms({ ports, env }: House): Promise<number> {
  const told = Promise.withResolvers<number>();
  const strike = await beforeStorm({
    ...ports,
    carrier: {
      async publish(to, text) {
        const outcome = await ports.carrier.publish(to, text);
        if (outcome.class === 'accepted') told.resolve(performance.now());
        return outcome;
      },
    },
  });
  const { queues } = parseConfig(env);
  const client = sqsClient();
  const pumps = [
    startPump(client, 'expand', queues.expand!, (event, run) => expandHandler(event, run), ports.log),
    startPump(client, 'send', queues.send!, (event, run) => sendHandler(event, run), ports.log),
  ];
  const start = performance.now();
  await strike();
  const end = await told.promise;
  await Promise.all(pumps.map((pump) => pump.stop()));
  client.destroy();
  return end - start;
}

/** An exam with a duty officer, under a feed that lists nothing yet. Whoever calls the answer lets a red signal be read. */
export async function beforeStorm(ports: Ports): Promise<() => Promise<void>> {
  const exam = examFrom(Date.now(), 'bench');
  let answer = '[]';
  usePorts({
    ...ports,
    feeds: {
      read: async () => ({
        kind: 'body',
        bytes: Buffer.from(answer),
        contentType: null,
        etag: null,
        lastModified: null,
      }),
      isOfficial: () => true,
    },
  });
  await enterExam(ports, { exam, examVersion: '1', plan: shippedPlan(), by: 'bench' });
  await adoptRoster(ports, exam, await importRoster(ports, exam, '1', [dutyOfficer()]), 'bench');
  const poll = (): Promise<unknown> =>
    pollHandler({ feed: 'gjzwfw' }, contextFor('poll', FUNCTIONS.poll.timeoutSeconds));
  await poll();
  return async () => {
    answer = redSignal(Date.now());
    await poll();
  };
}

/** A list that holds one red typhoon signal, issued a minute ago. */
function redSignal(now: number): string {
  const naked = (at: number): string => {
    const { year, month, day, hour, minute, second } = civil(at);
    return `${year}-${pad(month)}-${pad(day)} ${pad(hour)}:${pad(minute)}:${pad(second)}.0`;
  };
  const issued = now - MINUTE;
  return JSON.stringify([
    {
      identifier: `35050041600000_${naked(issued).replace(/\D/g, '').slice(0, 14)}`,
      sender: '泉州市气象台',
      headline: '泉州市气象台发布台风红色预警信号[Ⅰ级/特别严重]',
      description: '泉州市气象台发布台风红色预警信号。',
      effective: naked(issued),
      expires: naked(issued + 24 * HOUR),
      eventType: '11B01',
      eventTypeCN: '台风事件',
      severity: 'red',
      msgType: 'Alert',
      referencesInfo: '',
      note: '',
    },
  ]);
}

/** The clients are warm, as ours are by then. */
async function bareCalls(): Promise<number> {
  const [dynamo, sns] = [dynamoClient(), new SNSClient({ maxAttempts: 1 })];
  const phone = dutyOfficer().phone;
  const both = async (sk: string): Promise<void> => {
    const Item = { pk: { S: 'bare' }, sk: { S: sk } };
    await dynamo.send(new PutItemCommand({ TableName: 'deliveries', Item }));
    await sns.send(new PublishCommand({ PhoneNumber: phone, Message: '测速' }));
  };
  await both('first');
  const start = performance.now();
  await both('second');
  const end = performance.now();
  dynamo.destroy();
  sns.destroy();
  return end - start;
}
