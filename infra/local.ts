/**
 * The other deployment: everything on one machine. Embedded DynamoDB, SQS and S3, a loopback carrier and loopback
 * weather offices stand around the very handlers that AWS would run; the topology says what calls which.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { handler as consoleHandler } from '../functions/console.ts';
import { handler as expandHandler } from '../functions/expand.ts';
import { handler as pollHandler } from '../functions/poll.ts';
import { handler as receiptsHandler } from '../functions/receipts.ts';
import { handler as rosterHandler } from '../functions/roster.ts';
import { handler as sendHandler } from '../functions/send.ts';
import { handler as sweepHandler } from '../functions/sweep.ts';
import { portsFrom, usePorts } from '../functions/wire.ts';
import { openNotices } from '../shared/activation/state.ts';
import { sqsClient } from '../shared/io/clients.ts';
import { parseConfig } from '../shared/io/config.ts';
import { httpFeeds } from '../shared/io/feed-http.ts';
import { type Clock, type Log, type Ports, QUEUES } from '../shared/io/ports.ts';
import { takeAct } from '../shared/stages/act.ts';
import { catchUp } from '../shared/stages/chain.ts';
import { setGrant } from '../shared/stages/grant.ts';
import { deliveriesOf } from '../shared/stages/notices.ts';
import { charges } from '../shared/stages/office.ts';
import { MINUTE, SECOND } from '../shared/time.ts';
import { type LoopbackCarrier, startCarrier } from './carrier.ts';
import { startConsole } from './console-server.ts';
import { RUN_FILE, type RunFile } from './data.ts';
import { startEmulators } from './emulators.ts';
import { CLOCK_FILE, type LocalClock, localClock } from './local-clock.ts';
import { useOnly } from './loopback-env.ts';
import { contextFor, type Pump, type QueueHandler, startPump } from './pump.ts';
import { enterScenario } from './replay.ts';
import { isOfficialIn, type Scenario } from './scenario.ts';
import { FUNCTIONS } from './topology.ts';
import { startWeather } from './weather-server.ts';

export interface LocalOptions {
  scenario: Scenario;
  port: number;
  /** Null: everything in memory, gone at the end. */
  data: string | null;
  /** Domain time against machine time while nothing is outstanding. */
  speed: number;
  /** Makes the log, dated by domain time. */
  logOn: (clock: Clock) => Log;
}

export interface Local {
  ports: Ports;
  clock: LocalClock;
  carrier: LoopbackCarrier;
  consoleUrl: string;
  /** Resolves when the scenario's end is reached and nothing is outstanding. */
  toldToTheEnd: Promise<void>;
  stop(): Promise<void>;
}

/** How often it is looked whether anything is outstanding, so that domain time may run. */
const WATCH_MS = 25;

/** A loopback office answers at once or never; a story's time-outs should not hold a person up. */
const LOOPBACK_LIMITS = { connectMs: SECOND, headMs: 500, bodyMs: SECOND, totalMs: 2 * SECOND };

/** Nor does a loopback office need a rest, which in a fast story would be hours. */
const LOOPBACK_COURTESY = { jitterMs: 0, backoffMs: 1, restMs: 1 };

/** How often, while nothing else is outstanding, claims of a process that died are looked for: their lease is machine time. */
const CLAIMS_EVERY_MS = 500;

export async function startLocal(options: LocalOptions): Promise<Local> {
  const { scenario, data } = options;
  const file = data === null ? null : join(data, CLOCK_FILE);
  const clock = localClock(scenario.start, file);
  const log = options.logOn(clock);
  let ready = false;
  const emulators = await startEmulators(data ?? undefined);
  const carrier = await startCarrier({
    clock,
    random: Math.random,
    log,
    deliver: async (event) => {
      // Receipts owed from an earlier run wait until the handlers have their ports.
      if (!ready) throw new Error('not up yet');
      await receiptsHandler(event, contextFor('receipts', FUNCTIONS.receipts.timeoutSeconds));
    },
    behaviour: scenario.carrier,
    ...(data === null ? {} : { dir: data }),
  });
  const weather = await startWeather(scenario, clock.now);
  const env = { ...emulators.env, AWS_ENDPOINT_URL_SNS: carrier.endpoint };
  useOnly(env);
  const offices = httpFeeds({
    sources: weather.sources,
    loopback: [weather.host],
    limits: LOOPBACK_LIMITS,
    courtesy: LOOPBACK_COURTESY,
  });
  const ports: Ports = {
    ...portsFrom(process.env, clock),
    feeds: {
      read: (request) => offices.read(weather.atLoopback(request)),
      isOfficial: (feed) => isOfficialIn(scenario, feed),
    },
    log,
  };
  usePorts(ports);
  ready = true;
  await setGrant(ports, scenario.carrier.partsPerSecond);
  await enterScenario(ports, scenario);
  const server = await startConsole(options.port, (event) =>
    consoleHandler(event, contextFor('console', FUNCTIONS.console.timeoutSeconds)),
  );
  if (data !== null) {
    mkdirSync(data, { recursive: true });
    const run: RunFile = { pid: process.pid, console: server.url, env };
    writeFileSync(join(data, RUN_FILE), `${JSON.stringify(run, null, 2)}\n`);
  }

  const sqs = sqsClient();
  const handlers: Record<(typeof QUEUES)[number], QueueHandler> = {
    expand: (event, context) => expandHandler(event, context),
    send: (event, context) => sendHandler(event, context),
  };
  const { queues } = parseConfig(process.env);
  // Hints of an earlier run, some still hidden with a process that is gone: the sweep lays again what is needed.
  for (const name of QUEUES) await sqs.send(new PurgeQueueCommand({ QueueUrl: queues[name] }));
  const pumps: Pump[] = QUEUES.map((name) => startPump(sqs, name, queues[name]!, handlers[name], log));

  let stopped = false;
  let ticking = false;
  let finish: () => void = () => undefined;
  const toldToTheEnd = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const acts = scenario.acts.filter((act) => act.at > clock.now());

  async function tick(): Promise<void> {
    const context = (name: 'poll' | 'roster' | 'sweep'): Context =>
      contextFor(name, FUNCTIONS[name].timeoutSeconds);
    const begun = new Set(scenario.answers.filter(({ at }) => at <= clock.now()).map(({ feed }) => feed));
    for (const feed of begun) await attempt(() => pollHandler({ feed }, context('poll')));
    while (acts[0] && acts[0].at <= clock.now()) {
      const act = acts.shift()!;
      const person = scenario.people.find(({ personId }) => personId === act.person);
      if (person) await attempt(() => takeAct(ports, person, act));
    }
    for (const key of await ports.blobs.list('rosters/'))
      await attempt(() => rosterHandler({ detail: { object: { key } } }, context('roster')));
    await attempt(() => sweepHandler({}, context('sweep')));
    clock.keep();
  }

  /** A failed run was logged by its own boundary; the next tick does the work again, as on AWS. */
  async function attempt(run: () => Promise<unknown>): Promise<void> {
    await run().catch(() => log('run.abandoned'));
  }

  const minutes = (async () => {
    // At once, then at each full minute: a process that died left work behind, and nobody need wait for a minute to begin.
    let next = clock.now();
    while (!stopped) {
      if (clock.now() < next) {
        await clock.sleep(Math.max(1, Math.min(WATCH_MS, (next - clock.now()) / clock.rate())));
        continue;
      }
      ticking = true;
      await tick();
      ticking = false;
      next = Math.max(Math.floor(next / MINUTE) + 1, Math.ceil(clock.now() / MINUTE)) * MINUTE;
    }
  })();

  const pace = (async () => {
    let looked = 0;
    let claims = false;
    while (!stopped) {
      const depths = await Promise.all(pumps.map((pump) => pump.outstanding()));
      const working = ticking || carrier.owed() > 0 || depths.some((depth) => depth > 0);
      if (!working && clock.machine() - looked >= CLAIMS_EVERY_MS) {
        claims = await hasClaims(ports);
        looked = clock.machine();
      }
      const busy = working || claims;
      const over = clock.now() >= scenario.end;
      clock.setRate(busy || over ? 1 : options.speed);
      if (over && !busy) finish();
      await clock.sleep(WATCH_MS);
    }
  })();

  return {
    ports,
    clock,
    carrier,
    consoleUrl: server.url,
    toldToTheEnd,
    async stop() {
      stopped = true;
      await Promise.all([minutes, pace]);
      await Promise.all(pumps.map((pump) => pump.stop()));
      clock.keep();
      await server.stop();
      await carrier.stop();
      await weather.stop();
      await emulators.stop();
    },
  };
}

/** Whether somebody's SMS is claimed or put off: leases and back-offs run in machine time, so domain time must wait. */
async function hasClaims(ports: Ports): Promise<boolean> {
  for (const { chain } of await charges(ports.store)) {
    for (const { notice } of openNotices(await catchUp(ports.store, chain))) {
      for await (const rows of deliveriesOf(ports, chain, notice.no)) {
        if (rows.some(({ state }) => state === 'CLAIMED' || state === 'DEFERRED')) return true;
      }
    }
  }
  return false;
}
