/** The embedded stack to measure on: store, queues and carrier in processes of their own, our ports in this one. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { CloudWatchLogsEvent } from 'aws-lambda';
import { portsFrom } from '../../functions/wire.ts';
import { systemClock } from '../../shared/io/clock.ts';
import { jsonLog } from '../../shared/io/log.ts';
import type { Ports } from '../../shared/io/ports.ts';
import { setGrant } from '../../shared/stages/grant.ts';
import type { LoopbackBehaviour } from '../carrier.ts';
import { startEmulators } from '../emulators.ts';
import { useOnly } from '../loopback-env.ts';
import type { CarrierQuestion, CarrierWord } from './carrier-child.ts';

/** A grant that holds nobody up, in parts per second: several times what one process can send. */
export const UNPACED = 2_000;

export interface House {
  env: Record<string, string>;
  ports: Ports;
  /** What the carrier took, in order. */
  taken(): Promise<{ to: string; text: string; at: number }[]>;
  behave(change: Partial<LoopbackBehaviour>): Promise<void>;
  /** Who takes the receipts from now on; until then they are dropped. */
  onReceipts(take: (event: CloudWatchLogsEvent) => void): void;
  stop(): Promise<void>;
}

/** What comes of `work` in a house that is gone afterwards. */
export async function inHouse<T>(work: (house: House) => Promise<T>): Promise<T> {
  const house = await startHouse();
  try {
    return await work(house);
  } finally {
    await house.stop();
  }
}

export async function startHouse(partsPerSecond = UNPACED): Promise<House> {
  const emulators = await startEmulators();
  const child = fork(fileURLToPath(new URL('./carrier-child.ts', import.meta.url)), {
    serialization: 'json',
  });
  const waiting: ((word: CarrierWord) => void)[] = [];
  let receipts: (event: CloudWatchLogsEvent) => void = () => undefined;
  const serves = new Promise<CarrierWord>((resolve) => {
    waiting.push(resolve);
  });
  child.on('message', (word: CarrierWord) => {
    if ('receipts' in word) receipts(word.receipts);
    else waiting.shift()?.(word);
  });
  function ask<K extends string>(
    question: CarrierQuestion,
  ): Promise<Extract<CarrierWord, Record<K, unknown>>> {
    return new Promise((resolve) => {
      waiting.push((word) => resolve(word as Extract<CarrierWord, Record<K, unknown>>));
      child.send(question);
    });
  }
  const word = await serves;
  const endpoint = 'serves' in word ? word.serves : '';
  const env = { ...emulators.env, AWS_ENDPOINT_URL_SNS: endpoint };
  useOnly(env);
  const ports = { ...portsFrom(process.env, systemClock), log: jsonLog(systemClock, () => undefined) };
  await setGrant(ports, partsPerSecond);
  await ask({ behave: { partsPerSecond } });
  return {
    env,
    ports,
    taken: async () => (await ask<'taken'>({ ask: 'taken' })).taken,
    async behave(change) {
      await ask({ behave: change });
    },
    onReceipts(take) {
      receipts = take;
    },
    async stop() {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
      await emulators.stop();
    },
  };
}
