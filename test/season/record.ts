/** What holds of every season whatever the weather: rows, sums, chains, deadlines, copies, privacy. */
import { type State, taskState } from '../../shared/activation/state.ts';
import type { Item } from '../../shared/io/ports.ts';
import { TABLES, type TableName } from '../../shared/io/tables.ts';
import { ATTEMPTS_MAX, accounted, type Delivery } from '../../shared/notice/delivery.ts';
import type { DeliveryState, ExamChange, Notice } from '../../shared/notice/notice.ts';
import { peopleOf, type Slice } from '../../shared/notice/slices.ts';
import { checkRecord } from '../../shared/stages/record.ts';
import { MINUTE } from '../../shared/time.ts';
import { BROKE_OFF, type Lived } from './drive.ts';
import type { Finding, FindingKind, Ward } from './oracle.ts';
import { hasPerson } from './people.ts';
import type { drawConsent } from './troubles.ts';

/** Words that no text may have without a consent: whether and when an exam is held. */
const CHANGE_WORDS = /延期|推迟|改期|取消考试|停考(?!室撤离)|如期|正常举行/;

export async function judgeRecord(lived: Lived, wards: readonly Ward[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const at = lived.world.end;
  const say = (kind: FindingKind, what: string): void => {
    findings.push({ kind, at, what });
  };
  const slices = Map.groupBy(lived.store.items<Slice>('slices'), ({ pk }) => pk);
  const rows = Map.groupBy(lived.store.items<Delivery>('deliveries'), ({ pk }) => pk);
  const meant = new Map<string, { allowed: number; deadline: number }[]>();
  for (const { chain, state } of wards) {
    for (const record of state.notices.values()) {
      const pk = `${chain}#${record.notice.no}`;
      const frozen = slices.get(pk) ?? [];
      judgeSum(pk, record, frozen, rows.get(pk) ?? [], say);
      const { notice } = record;
      const mayChange = notice.kind === 'exam-change' && hasLeave(lived, chain, notice);
      if (notice.kind === 'exam-change' && !mayChange)
        say('other', `${pk} changes an exam without a consent`);
      if (notice.audience.who === 'of' && notice.kind === 'correction') {
        const told = new Map(
          rows.get(`${chain}#${notice.audience.notice}`)?.map((row) => [row.sk, row.state]),
        );
        const calls = state.notices.get(notice.audience.notice)?.calls;
        for (const { id } of frozen.flatMap(({ people }) => people))
          if (!HEARD.includes(told.get(id)!) && calls?.get(id)?.outcome !== 'told')
            say('other', `${pk} corrects what ${id} never heard`);
      }
      for (const { people, text, deadline } of frozen) {
        if (CHANGE_WORDS.test(text) && !mayChange)
          say('other', `${pk} says that an exam is or is not held: ${text}`);
        for (const { id } of people) {
          const to = rows.get(pk)?.find((row) => row.sk === id)?.to;
          const key = `${to}|${text}`;
          const allowed = ATTEMPTS_MAX[record.notice.class];
          meant.set(key, [...(meant.get(key) ?? []), { allowed, deadline }]);
        }
      }
    }
    judgeTasks(chain, state, say);
    const { problems, sealed } = await checkRecord(lived, chain);
    for (const problem of problems) say('chain-broken', `${chain}: ${problem}`);
    if (sealed !== state.seq) say('chain-broken', `${chain} is not sealed to its end`);
  }
  judgeOutbox(lived, meant, say);
  judgeChains(lived, wards, say);
  judgePrivacy(lived, say);
  for (const what of new Set(lived.seen)) say('other', what);
  return findings;
}

/** States of who may have had a text, whatever a later receipt says. */
const HEARD: readonly DeliveryState[] = ['SENT', 'DELIVERED', 'UNKNOWN', 'UNDELIVERED'];

/** Whether somebody recorded leave for just this: of the right office, for the place and the paper, not a refusal. */
function hasLeave(
  { acts }: Lived,
  chain: string,
  { audience, session, template, createdAt }: ExamChange & Notice,
) {
  return acts.some(({ at, act: { does, with: said = {} }, refused }) => {
    const { district, from, scope, change } = said as ReturnType<typeof drawConsent>;
    if (does !== 'consent' || district !== chain || at > createdAt + MINUTE) return false;
    if ((refused !== null && refused !== BROKE_OFF) || scope === 'refused') return false;
    const of = change.what === 'as-planned' ? '省司法厅' : '司法部';
    const covers =
      typeof scope === 'string' || (audience.who === 'candidates' && scope.sites.includes(audience.siteId));
    return from === of && covers && change.session === session && template.includes(`.${change.what}@`);
  });
}

type Say = (kind: FindingKind, what: string) => void;

function judgeSum(
  pk: string,
  { releasedAt, counts }: State['notices'] extends Map<string, infer R> ? R : never,
  slices: readonly Slice[],
  rows: readonly Delivery[],
  say: Say,
): void {
  if (releasedAt === null) {
    if (rows.length > 0) say('other', `${pk} was never let go and has rows`);
    return;
  }
  if (counts === null) {
    say('lost', `${pk} never closed`);
    return;
  }
  const people = slices.flatMap((slice) => slice.people.flatMap(peopleOf));
  if (new Set(people).size !== people.length) say('beyond-policy', `${pk} has somebody twice`);
  const settled = new Set(rows.flatMap((row) => [row.sk, ...row.also]));
  for (const person of people) if (!settled.has(person)) say('lost', `${pk} has no row for ${person}`);
  if (accounted(counts) !== counts.audience || counts.audience !== people.length) {
    say('lost', `${pk} closed on another sum than its audience`);
  }
}

/** Every accepted SMS was meant, no oftener than its class allows, and before its deadline. */
function judgeOutbox(
  { carrier }: Lived,
  meant: ReadonlyMap<string, { allowed: number; deadline: number }[]>,
  say: Say,
): void {
  for (const [key, sent] of Map.groupBy(carrier.outbox, ({ to, text }) => `${to}|${text}`)) {
    const all = meant.get(key) ?? [];
    const allowed = all.reduce((sum, each) => sum + each.allowed, 0);
    const text = sent[0]!.text;
    if (sent.length > allowed) say('beyond-policy', `${sent.length} of ${allowed} times: ${text}`);
    if (sent.some(({ at }) => all.every(({ deadline }) => at >= deadline))) {
      say('after-deadline', `after its deadline: ${text}`);
    }
  }
}

function judgeTasks(chain: string, state: State, say: Say): void {
  for (const activation of state.activations) {
    if (activation.endedAt === null) continue;
    for (const task of activation.tasks.values()) {
      // Reports of an incident and the document of a consent are owed beyond the end.
      if (task.step.includes('.')) continue;
      const stands = taskState(task);
      if (stands !== 'done' && stands !== 'withdrawn')
        say('other', `${chain}: ${task.id} outlives its activation`);
      if (task.dueAt < task.openedAt) say('other', `${chain}: ${task.id} was due before it was opened`);
    }
    const overlap = state.activations.some(
      (other) =>
        other !== activation && other.openedAt < activation.endedAt! && other.openedAt > activation.openedAt,
    );
    if (overlap) say('other', `${chain} has two activations at once`);
  }
}

/** One chain for each district, no other. */
function judgeChains({ store }: Lived, wards: readonly Ward[], say: Say): void {
  const known = new Set(wards.map(({ chain }) => chain));
  for (const { pk } of store.items('chain')) if (!known.has(pk)) say('other', `a chain of nobody: ${pk}`);
}

/** Names and numbers stand in the tables that are under the personal key, and nowhere else. */
function judgePrivacy({ store }: Lived, say: Say): void {
  for (const table of Object.keys(TABLES) as TableName[]) {
    if (TABLES[table].personal) continue;
    for (const item of store.items<Item>(table)) {
      if (hasPerson(JSON.stringify(item))) say('other', `personal data in ${table}`);
    }
  }
}
