/**
 * `fan-out` and `cpu-per-sms`: our senders over the real clients, against the three calls that no SMS can do without
 * (put if absent, publish, update), as many at once, by the same clients. Store and carrier stand in other processes.
 */
import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SOCKET_IDLE_MAX_MS } from '../../shared/io/careful-agents.ts';
import { dynamoClient } from '../../shared/io/clients.ts';
import { inParallel } from '../../shared/parallel.ts';
import { freeze } from '../../shared/stages/freeze.ts';
import { importRoster } from '../../shared/stages/roster.ts';
import { PUBLISHES_AT_ONCE_MAX, send } from '../../shared/stages/send.ts';
import { MINUTE, pad } from '../../shared/time.ts';
import { CHAIN, candidates, examFrom, reminder } from './exam.ts';
import { byTurns, type Figure, figure, measure } from './figure.ts';
import { type House, inHouse } from './house.ts';

/** People told in one turn: two slices. */
export const PEOPLE = 1_000;

/** Turns of each side: seconds each, and what they are compared by hardly moves. */
const FAN_OUT_TURNS = 3;

export async function benchFanOut(people = PEOPLE, turns = FAN_OUT_TURNS): Promise<Figure[]> {
  return await inHouse(async (house) => {
    const exam = examFrom(Date.now(), 'bench');
    await importRoster(house.ports, exam, '1', candidates(people));
    let turn = 0;
    const sides = await byTurns(
      {
        floor: () => bareTurn(house, people, `bare#${turn}`),
        ours: async () => {
          turn += 1;
          const no = pad(turn, 4);
          await freeze(house.ports, exam, CHAIN, reminder(exam, no, Date.now()), '1');
          return await ourTurn(house, people);
        },
      },
      turns,
    );
    return [
      figure(
        { name: 'fan-out', unit: 'SMS/s', n: people, kind: 'rate' },
        measure(sides, (one) => people / one.seconds),
      ),
      figure(
        { name: 'cpu-per-sms', unit: 'ms', n: people },
        measure(sides, (one) => one.cpuMs / people),
      ),
    ];
  });
}

interface Spent {
  seconds: number;
  cpuMs: number;
}

async function ourTurn({ ports, taken }: House, people: number): Promise<Spent> {
  const before = (await taken()).length;
  const spent = await spentOn(async () => {
    await send(ports, ports.clock.machine() + MINUTE);
  });
  expectTold(people, (await taken()).length - before);
  return spent;
}

async function bareTurn({ taken }: House, people: number, pk: string): Promise<Spent> {
  const [dynamo, sns] = [dynamoClient(), new SNSClient(ONE_ATTEMPT)];
  const before = (await taken()).length;
  const TableName = 'deliveries';
  const spent = await spentOn(() =>
    inParallel(candidates(people), PUBLISHES_AT_ONCE_MAX, async ({ personId, phone }) => {
      const token = personId;
      const Item = {
        pk: { S: pk },
        sk: { S: personId },
        to: { S: phone },
        state: { S: 'CLAIMED' },
        token: { S: token },
        leaseUntil: { N: String(Date.now()) },
      };
      const ConditionExpression = 'attribute_not_exists(pk)';
      await dynamo.send(new PutItemCommand({ TableName, Item, ConditionExpression }));
      const { MessageId } = await sns.send(new PublishCommand({ PhoneNumber: phone, Message: BARE_TEXT }));
      await dynamo.send(
        new UpdateItemCommand({
          TableName,
          Key: { pk: Item.pk, sk: Item.sk },
          UpdateExpression: 'SET #state = :sent, messageId = :id',
          ConditionExpression: '#token = :token',
          ExpressionAttributeNames: { '#state': 'state', '#token': 'token' },
          ExpressionAttributeValues: {
            ':sent': { S: 'SENT' },
            ':id': { S: MessageId! },
            ':token': { S: token },
          },
        }),
      );
    }),
  );
  dynamo.destroy();
  sns.destroy();
  expectTold(people, (await taken()).length - before);
  return spent;
}

/** A second attempt may be a second SMS; a socket the carrier has closed meanwhile would need one. */
const ONE_ATTEMPT = {
  maxAttempts: 1,
  requestHandler: { httpAgent: { keepAlive: true, timeout: SOCKET_IDLE_MAX_MS } },
};

/** As long as the reminder's own text. */
const BARE_TEXT = '【测速司法局】台风橙色预警（市气象台20日09:30），请早出门、防坠物，咨询0595-00000000';

async function spentOn(work: () => Promise<void>): Promise<Spent> {
  const [cpu, start] = [process.cpuUsage(), performance.now()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - start) / 1_000, cpuMs: (user + system) / 1_000 };
}

/** A turn that told fewer is no measure of anything. */
function expectTold(wanted: number, told: number): void {
  if (told !== wanted) throw new Error(`${told} SMS were taken by the carrier in place of ${wanted}`);
}
