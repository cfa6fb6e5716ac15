/** A scenario in virtual time: the real stages over the in-memory store, queue and carrier, to the byte repeatable. */
import { memoryBlobs } from '../shared/io/memory/blobs.ts';
import { type MemoryCarrier, memoryCarrier } from '../shared/io/memory/carrier.ts';
import { memoryLog } from '../shared/io/memory/log.ts';
import { memoryQueue } from '../shared/io/memory/queue.ts';
import { seededRandom } from '../shared/io/memory/random.ts';
import { memoryStore } from '../shared/io/memory/store.ts';
import { memoryVault } from '../shared/io/memory/vault.ts';
import type { Ports } from '../shared/io/ports.ts';
import { sealedStore } from '../shared/io/sealed-store.ts';
import { takeAct } from '../shared/stages/act.ts';
import { expand } from '../shared/stages/expand.ts';
import { setGrant } from '../shared/stages/grant.ts';
import { adoptRoster, enterExam } from '../shared/stages/office.ts';
import { poll } from '../shared/stages/poll.ts';
import { receive } from '../shared/stages/receive.ts';
import { importRoster, openExam, rosterInUse } from '../shared/stages/roster.ts';
import { send } from '../shared/stages/send.ts';
import { sweep } from '../shared/stages/sweep.ts';
import { iso, MINUTE, SECOND } from '../shared/time.ts';
import { feedsOf, type PersonAct, type Scenario, weatherOffices } from './scenario.ts';
import { virtualTime } from './virtual.ts';

/** How long one run of a sender works before it leaves its hint to come back, as its Lambda would. */
export const SEND_RUN_MS = 50 * SECOND;

/** When an unfinished hint comes back. */
export const HINT_RETURNS_MS = 5 * SECOND;

export interface Replayed {
  ports: Ports;
  carrier: MemoryCarrier;
  scenario: Scenario;
  /** A line for each act that was refused: when, whose, what, why. */
  refused: string[];
}

/** From `start` to `end`; at one instant the polls come first, then people, then the sweep. `watched`: the ports seen. */
export async function replay(
  scenario: Scenario,
  seed = 1,
  watched: (ports: Ports) => Ports = (ports) => ports,
): Promise<Replayed> {
  const time = virtualTime(scenario.start);
  const { clock } = time;
  const queue = memoryQueue();
  const vault = memoryVault();
  const random = seededRandom(seed);
  const carrier = memoryCarrier(clock, seededRandom(seed + 1), scenario.carrier);
  const ports = watched({
    clock,
    random,
    store: sealedStore(memoryStore(), vault),
    vault,
    blobs: memoryBlobs(),
    queue: {
      async hint(name, body) {
        await queue.hint(name, body);
        time.at(clock.now(), takeHints);
      },
    },
    carrier: {
      async publish(to, text) {
        const outcome = await carrier.publish(to, text);
        awaitReceipts();
        return outcome;
      },
    },
    feeds: weatherOffices(scenario, () => clock.now()),
    log: memoryLog().log,
  });

  let receiptsAt: number | null = null;
  /** Sees to it that the earliest receipt that is owed is taken when it is due. */
  function awaitReceipts(): void {
    const due = carrier.nextReceiptAt();
    if (due === null || (receiptsAt !== null && receiptsAt <= due)) return;
    receiptsAt = due;
    time.at(due, async () => {
      receiptsAt = null;
      const taken = carrier.takeReceipts(clock.now());
      awaitReceipts();
      if (taken.length > 0) await receive(ports, taken);
    });
  }

  /** Hints by what they ask for: one run of each at a time, and once more if asked meanwhile. */
  const running = new Map<string, { again: boolean }>();
  function takeHints(): void {
    for (const { queue: name, body } of queue.drain()) {
      if (name === 'expand') run(`expand ${body.chain}`, () => expand(ports, body.chain!));
      else run('send', sendRun);
    }
  }
  function run(key: string, work: () => Promise<void>): void {
    const busy = running.get(key);
    if (busy) {
      busy.again = true;
      return;
    }
    const mark = { again: false };
    running.set(key, mark);
    time.at(clock.now(), async () => {
      await work();
      running.delete(key);
      if (mark.again) run(key, work);
    });
  }
  async function sendRun(): Promise<void> {
    const left = await send(ports, clock.machine() + SEND_RUN_MS);
    if (left) time.at(clock.now() + HINT_RETURNS_MS, () => queue.hint('send', {}).then(takeHints));
  }

  const feeds = feedsOf(scenario);
  const refused: string[] = [];
  async function act(each: PersonAct): Promise<void> {
    const person = scenario.people.find(({ personId }) => personId === each.person);
    const why = person ? await takeAct(ports, person, each) : 'not in the roster';
    if (why !== null) {
      refused.push(`${iso(each.at, scenario.exam.timeZone)} ${each.person} ${each.does}: ${why}`);
    }
  }

  await setGrant(ports, scenario.carrier.partsPerSecond);
  await enterScenario(ports, scenario);
  const acts = [...scenario.acts];
  const instants = new Set(acts.map((each) => each.at));
  for (let at = scenario.start; at <= scenario.end; at += MINUTE) instants.add(at);
  for (const at of [...instants].sort((a, b) => a - b)) {
    time.at(at, async () => {
      const onTheMinute = (at - scenario.start) % MINUTE === 0;
      if (onTheMinute) for (const feed of feeds) await poll(ports, feed);
      while (acts[0] && acts[0].at <= at) await act(acts.shift()!);
      if (onTheMinute) await sweep(ports, Number.POSITIVE_INFINITY);
    });
  }
  await time.runUntil(scenario.end);
  return { ports, carrier, scenario, refused };
}

/** The exam, its plan and its roster, entered as an office enters them. */
export async function enterScenario(ports: Ports, scenario: Scenario): Promise<void> {
  const { exam, plan, people } = scenario;
  await enterExam(ports, { exam, examVersion: '1', plan, by: 'scenario' });
  // A later start finds the roster that people have put in use meanwhile.
  const charge = await openExam(ports.store, exam.id);
  if (charge && (await rosterInUse(ports.store, charge)) !== null) return;
  const census = await importRoster(ports, exam, '1', people);
  await adoptRoster(ports, exam, census, 'scenario');
}
