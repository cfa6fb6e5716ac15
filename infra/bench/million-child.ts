/** One process of `million`: does its part over the store that it finds in its environment, and says what it took. */
import { portsFrom } from '../../functions/wire.ts';
import { systemClock } from '../../shared/io/clock.ts';
import { PUT_MANY_ITEMS_MAX } from '../../shared/io/ports.ts';
import { answered, claimed, type Delivery, receipted } from '../../shared/notice/delivery.ts';
import type { NoticeItem, Slice } from '../../shared/notice/slices.ts';
import { inParallel } from '../../shared/parallel.ts';
import { freeze } from '../../shared/stages/freeze.ts';
import { slicesOf } from '../../shared/stages/notices.ts';
import { importRoster, ROSTER_WIDTH } from '../../shared/stages/roster.ts';
import { settle } from '../../shared/stages/settle.ts';
import { CHAIN, candidates, examFrom, NUMBER, reminder } from './exam.ts';

export type MillionPart = 'roster' | 'freeze' | 'tell' | 'settle';
export interface MillionWord {
  cpuMs: number;
  peakMb: number;
}

/** People put into the roster at once. */
const ROSTER_PAGE = 1_000;

/** The notice is stopped when nine of ten were told; the row of each tenth is written by the accounting. */
const TENTH = 10;

const [part, count] = process.argv.slice(2) as [MillionPart, string];
const people = Number(count);
const ports = { ...portsFrom(process.env, systemClock), log: () => undefined };
const exam = examFrom(Date.now(), 'bench');

const PARTS: Record<MillionPart, () => Promise<void>> = {
  async roster() {
    for (let from = 0; from < people; from += ROSTER_PAGE)
      await importRoster(ports, exam, '1', candidates(Math.min(ROSTER_PAGE, people - from), from));
  },
  async freeze() {
    const notice = reminder(exam, NUMBER, Date.now());
    const { audience } = await freeze(ports, exam, CHAIN, notice, '1', 'stopped');
    agree('frozen', audience, people);
  },
  async tell() {
    for await (const slice of slicesOf(ports.store, CHAIN, NUMBER)) await tell(slice);
  },
  async settle() {
    const item = await ports.store.get<NoticeItem>('notices', { pk: CHAIN, sk: NUMBER });
    const counts = await settle(ports, item!);
    agree('delivered', counts?.delivered, people - Math.floor(people / TENTH));
    agree('suppressed', counts?.suppressed, Math.floor(people / TENTH));
  },
};

/** The rows of a slice as senders and carrier leave them. */
async function tell(slice: Slice): Promise<void> {
  const at = { now: Date.now(), machine: Date.now() };
  const rows: Delivery[] = [];
  for (const [place, member] of slice.people.entries()) {
    if (place % TENTH === 0) continue;
    const messageId = `${slice.sk}-${member.id}`;
    const [person] = candidates(1, Number(member.id.slice('C-'.length)));
    const claim = claimed(slice, member, undefined, 'bench', person!.phone, at);
    const sent = answered(claim, { class: 'accepted', messageId }, at, 0);
    const receipt = { messageId, status: 'SUCCESS', providerResponse: '' } as const;
    rows.push(receipted(sent, receipt, at.now)!);
  }
  const batches: Delivery[][] = [];
  while (rows.length > 0) batches.push(rows.splice(0, PUT_MANY_ITEMS_MAX));
  await inParallel(batches, ROSTER_WIDTH, (batch) => ports.store.putMany('deliveries', batch));
}

function agree(what: string, found: number | undefined, wanted: number): void {
  if (found !== wanted) throw new Error(`${found} in place of ${wanted} are ${what}`);
}

const loaded = process.cpuUsage();
await PARTS[part]();
const { user, system } = process.cpuUsage(loaded);
const word: MillionWord = {
  cpuMs: (user + system) / 1_000,
  peakMb: process.resourceUsage().maxRSS / 1_024,
};
process.send?.(word);
process.disconnect?.();
