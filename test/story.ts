/** A district's story told minute by minute: warnings come and go, the decision is asked, its effects are folded. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Act, Actor } from '../shared/activation/actor.ts';
import { actOn } from '../shared/activation/acts.ts';
import { decide } from '../shared/activation/decide.ts';
import type { ChainEvent, Effect, Reason } from '../shared/activation/events.ts';
import { apply } from '../shared/activation/fold.ts';
import { GENESIS } from '../shared/activation/seal.ts';
import type { Inputs } from '../shared/activation/situation.ts';
import {
  emptyState,
  isFinished,
  type NoticeRecord,
  openActivation,
  type State,
  type Task,
} from '../shared/activation/state.ts';
import type { CarrierNow } from '../shared/notice/grant.ts';
import { type Counts, NO_COUNTS, type Notice } from '../shared/notice/notice.ts';
import type { Census, Exam, Role, Session, Site } from '../shared/plan/exam.ts';
import type { Plan } from '../shared/plan/plan.ts';
import { readPlan } from '../shared/plan/schema.ts';
import { HOUR, instant, MINUTE, pad } from '../shared/time.ts';
import { afterBadAnswer, afterGoodAnswer, type FeedRecord } from '../shared/warning/health.ts';
import { remember, rememberWord, type WarningRecord } from '../shared/warning/record.ts';
import type { Area, FeedId, Hazard, Level, Warning } from '../shared/warning/warning.ts';

/** `21 08:15` in September 2024, Beijing time. */
export function on(text: string): number {
  return instant(`2024-09-${text.replace(' ', 'T')}:00+08:00`);
}

export function session(
  id: string,
  startsAt: string,
  endsAt: string,
  admitFrom: string,
  batch = 'b1',
): Session {
  return {
    id,
    name: id,
    batch,
    paper: id,
    startsAt: on(startsAt),
    endsAt: on(endsAt),
    admitFrom: on(admitFrom),
  };
}

/** Two batches, each with a paper in the morning and one in the afternoon of its day. */
export const SESSIONS: Session[] = [
  session('s1', '21 09:00', '21 12:00', '21 08:15'),
  session('s2', '21 14:30', '21 17:30', '21 13:45'),
  session('s3', '22 09:00', '22 12:00', '22 08:15', 'b2'),
  session('s4', '22 14:30', '22 17:30', '22 13:45', 'b2'),
];

/** T, the exam's first session, and its last end. */
export const T = on('21 09:00');
export const LAST_END = on('22 17:30');

export function site(id: string, adcode: string, coastal = false, districtId = 'qz'): Site {
  return {
    id,
    name: `${id}考点`,
    districtId,
    adcode,
    lon: 118.6,
    lat: 24.9,
    coastal,
    shelters: [],
    seats: 100,
    spareSeats: 2,
  };
}

/** An inland site in the city, and a coastal one in a county town. */
export const INLAND = site('S1', '350502');
export const COAST = site('S2', '350581', true);

export function exam(changes: Partial<Exam> = {}): Exam {
  return {
    id: 'fk',
    name: '法考',
    timeZone: 'Asia/Shanghai',
    hotline: '0595-00000000',
    signature: '泉州市司法局',
    districts: [{ id: 'qz', name: '泉州考区', adcode: '350500', excludes: ['350527'] }],
    sites: [INLAND, COAST],
    sessions: SESSIONS,
    ...changes,
  };
}

/** The shipped plan; stories begin days before the exam, so that of the readiness set only tests of their own speak. */
const WHOLE_PLAN: Plan = readPlan(
  JSON.parse(readFileSync(new URL('../shared/plan/data/quanzhou.json', import.meta.url), 'utf8')),
).plan!;
export const SHIPPED_PLAN: Plan = { ...WHOLE_PLAN, readiness: { ...WHOLE_PLAN.readiness, items: [] } };
export const READINESS = WHOLE_PLAN.readiness;

const DISTRICT_POSTS = [
  'commander',
  'deputy',
  'member',
  'office',
  'duty-officer',
  'liaison',
  'assessment',
  'partner',
];
const SITE_POSTS = ['site-lead', 'site-staff'];

/** Both batches and every post at every site. */
export function census({ sites, sessions }: Exam, version = '1'): Census {
  const batches = [...Map.groupBy(sessions, ({ batch }) => batch).values()];
  return {
    version,
    cells: sites.flatMap(({ id }) =>
      batches.map((papers) => ({
        siteId: id,
        home: null,
        sessionIds: papers.map((each) => each.id),
        count: 30,
      })),
    ),
    inNeed: [],
    posts: Object.fromEntries([
      ...DISTRICT_POSTS.map((post) => [`${post}@-`, 1]),
      ...sites.flatMap(({ id }) => SITE_POSTS.map((post) => [`${post}@${id}`, 1])),
    ]),
  };
}

export function area(adcode: string | null, changes: Partial<Area> = {}): Area {
  return { name: adcode ?? '', adcode, level: null, polygons: [], circles: [], ...changes };
}

/** What a test says of a warning; the rest is the city's typhoon signal, blue, issued now, for a day. */
export type Said = Partial<Omit<Warning, 'issuer'>> & { issuer?: string | null };

let numbered = 0;

export function warning(now: number, said: Said = {}): Warning {
  const { issuer = '350500', ...rest } = said;
  numbered += 1;
  return {
    id: `w${pad(numbered, 5)}`,
    feed: 'gjzwfw',
    status: 'actual',
    action: 'issue',
    hazard: 'typhoon' satisfies Hazard,
    hazardText: '台风',
    product: 'signal',
    level: 'blue',
    areas: [area(issuer ?? '350500')],
    issuedAt: now,
    effectiveAt: null,
    onsetAt: null,
    expiresAt: now + 24 * HOUR,
    references: [],
    headline: '泉州市气象台发布预警',
    text: '泉州市气象台发布预警',
    lang: 'zh-CN',
    issues: [],
    ...rest,
    issuer: { name: `${issuer}气象台`, adcode: issuer },
  };
}

export function feed(id: FeedId, now: number, changes: Partial<FeedRecord> = {}): FeedRecord {
  return {
    feed: id,
    kind: 'window',
    official: true,
    silentAfterMs: 10 * MINUTE,
    firstPolledAt: now,
    lastGoodAt: now,
    brokenReason: null,
    newestContentAt: now,
    listed: null,
    missing: {},
    lastCompleteAt: null,
    etag: null,
    lastModified: null,
    parserVersion: '1',
    contentHash: 'content',
    ...changes,
  };
}

export interface Told {
  kind: Notice['kind'];
  level: Level | null;
  site: string | null;
  at: number;
}

export interface Story {
  readonly state: State;
  /** What was folded into it, in order. */
  readonly events: ChainEvent[];
  readonly now: number;
  readonly exam: Exam;
  /** A message as a feed brings it now. */
  hear(said?: Said): Warning;
  /** The end of a message that was heard. */
  lift(of: Warning, said?: Said): Warning;
  /** Set feeds: the next reading no longer lists it. */
  drop(of: Warning): void;
  /** The feed gives no good answer from now on, or does again. */
  silence(id: FeedId, reason?: string): void;
  heal(id: FeedId): void;
  /** The feed says something that nobody can read. */
  garble(id: FeedId): void;
  /** Asks now, folds what follows, and sees that asking again changes nothing. */
  ask(): Effect[];
  /** From now, every minute up to and with `at`; what was sent in one minute is closed in the next, unless told otherwise. */
  until(at: number): Story;
  /** Straight to `at`, one decision there. */
  jump(at: number): Story;
  leaveOpen(): void;
  close(no: string, counts?: Partial<Counts>): void;
  /** What the grant says from now on. */
  carry(next: Partial<CarrierNow>): void;
  /** Effects that stages append by themselves. */
  fold(effects: Effect[]): void;
  adopt(next: Census, added: Census['cells']): void;
  act(role: Role, act: Act, siteId?: string | null): string | null;
  reasons(of?: Warning): Reason[];
  reason(of: Warning): Reason | undefined;
  levels(): Record<string, Level | null>;
  notices(kind: Notice['kind']): NoticeRecord[];
  /** Notices of a kind that went out, as `MM dd HH:mm level site`. */
  told(kind: Notice['kind']): string[];
  tasks(step: string): Task[];
  inputs(): Inputs;
}

export interface Setting {
  exam?: Exam;
  plan?: Plan;
  districtId?: string;
  feeds?: FeedRecord[];
  census?: Census | null;
}

/** Begins at `start` with an adopted exam and roster, and one healthy official window feed (gjzwfw) unless others are given. */
export function story(start: number, setting: Setting = {}): Story {
  const whole = setting.exam ?? exam();
  const plan = setting.plan ?? SHIPPED_PLAN;
  const district = whole.districts.find(({ id }) => id === (setting.districtId ?? whole.districts[0]!.id))!;
  const records = new Map<string, WarningRecord>();
  const feeds = new Map((setting.feeds ?? [feed('gjzwfw', start)]).map((each) => [each.feed, each]));
  const silent = new Map<FeedId, string>();
  const state = emptyState(`${whole.id}#${district.id}`, GENESIS);
  const events: ChainEvent[] = [];
  let now = start;
  let closes = true;
  let carrier: CarrierNow = { partsPerSecond: 1_000, broken: null };

  function fold(effects: Effect[], by = 'system'): void {
    const event: ChainEvent = { seq: state.seq + 1, at: now, by, cause: { kind: 'decided' }, effects };
    events.push(structuredClone(event));
    apply(state, event, `h${event.seq}`);
    const left = [...state.notices.values()].filter((record) => !isFinished(record));
    expect(new Set(state.unfinished.values()), 'what is not finished is at hand').toEqual(new Set(left));
  }

  function inputs(): Inputs {
    return {
      plan,
      exam: whole,
      district,
      warnings: [...records.values()],
      feeds: [...feeds.values()],
      carrier,
      now,
    };
  }

  function ask(): Effect[] {
    const effects = decide(inputs(), state).flat();
    if (effects.length > 0) fold(effects);
    expect(decide(inputs(), state), 'asking twice changes nothing').toEqual([]);
    return effects;
  }

  function close(no: string, counts: Partial<Counts> = {}): void {
    fold([{ kind: 'notice-closed', no, counts: { ...NO_COUNTS, ...counts }, digest: '-' }]);
  }

  function closeOpen(): void {
    if (!closes) return;
    for (const { notice, releasedAt, counts } of state.notices.values()) {
      if (releasedAt !== null && counts === null) close(notice.no);
    }
  }

  function poll(): void {
    for (const [id, record] of feeds) {
      const reason = silent.get(id);
      feeds.set(id, reason ? afterBadAnswer(record, reason) : afterGoodAnswer(record, now, 'unchanged'));
    }
  }

  function reading(id: FeedId, change: (listed: string[]) => string[]): void {
    const record = feeds.get(id);
    if (record?.kind !== 'set') return;
    const listed = change(record.listed ?? []);
    feeds.set(id, afterGoodAnswer(record, now, { contentHash: listed.join(), listed, complete: true }));
  }

  const told: Story = {
    state,
    events,
    exam: whole,
    get now() {
      return now;
    },
    hear(said = {}) {
      const message = warning(now, said);
      records.set(message.id, remember(records.get(message.id) ?? null, message, now));
      reading(message.feed, (listed) => [...new Set([...listed, message.id])]);
      return message;
    },
    lift(of, said = {}) {
      const { hazard, hazardText, product, level, areas, issuer } = of;
      const like = { hazard, hazardText, product, level, areas, issuer: issuer.adcode };
      return told.hear({ ...like, action: 'cancel', references: [of.id], ...said });
    },
    drop(of) {
      reading(of.feed, (listed) => listed.filter((id) => id !== of.id));
    },
    silence(id, reason = 'timeout') {
      silent.set(id, reason);
    },
    heal(id) {
      silent.delete(id);
    },
    garble(id) {
      feeds.set(id, { ...feeds.get(id)!, unreadAt: now });
    },
    ask,
    until(at) {
      ask();
      while (now < at) {
        closeOpen();
        now += MINUTE;
        poll();
        ask();
      }
      return told;
    },
    jump(at) {
      closeOpen();
      now = at;
      poll();
      ask();
      return told;
    },
    leaveOpen() {
      closes = false;
    },
    close,
    carry(next) {
      carrier = { ...carrier, ...next };
    },
    fold,
    adopt(next, added) {
      fold([{ kind: 'roster-adopted', census: next, added }]);
    },
    act(role, act, siteId = null) {
      const actor: Actor = { personId: `P-${role}`, role, siteId };
      const answer = actOn(inputs(), state, actor, act);
      if ('refused' in answer) return answer.refused;
      if (answer.effects.length > 0) fold(answer.effects, actor.personId);
      for (const { key, warningId, word } of state.words) {
        records.set(warningId, rememberWord(records.get(warningId) ?? null, warningId, key, word));
      }
      return null;
    },
    reasons(of) {
      return state.decisions
        .filter(({ warningId }) => !of || warningId === of.id)
        .map(({ reason }) => reason);
    },
    reason(of) {
      return state.reasons.get(of.id);
    },
    levels() {
      return Object.fromEntries([...state.siteLevels].map(([id, { level }]) => [id, level]));
    },
    notices(kind) {
      return [...state.notices.values()].filter(({ notice }) => notice.kind === kind);
    },
    told(kind) {
      return told
        .notices(kind)
        .filter(({ releasedAt }) => releasedAt !== null)
        .sort((a, b) => a.releasedAt! - b.releasedAt!)
        .map(({ notice, releasedAt }) => `${clock(releasedAt!)} ${notice.level ?? '-'} ${placeOf(notice)}`);
    },
    tasks(step) {
      const activation = openActivation(state) ?? state.activations[state.activations.length - 1];
      return [...(activation?.tasks.values() ?? [])].filter((task) => task.step === step);
    },
    inputs,
  };
  fold([
    { kind: 'adopted', what: 'exam', version: '1' },
    { kind: 'adopted', what: 'plan', version: plan.version },
  ]);
  const people = setting.census === undefined ? census(whole) : setting.census;
  if (people) told.adopt(people, []);
  return told;
}

/** `21 08:15`, Beijing time, for tables of expected instants. */
export function clock(at: number): string {
  return new Date(at + 8 * HOUR).toISOString().slice(8, 16).replace('T', ' ');
}

function placeOf({ audience }: Notice): string {
  if (audience.who === 'of') return `${audience.fate} of ${audience.notice}`;
  if (audience.who !== 'posts') {
    const papers =
      audience.who === 'candidates' ? audience.cells.map((cell) => cell.sessionIds[0]).join('+') : 'told';
    return `${audience.siteId} ${papers}`;
  }
  return `${audience.sites?.join('+') ?? '-'} ${audience.posts.join('+')}`;
}
