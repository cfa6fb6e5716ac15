/** `decide`: one decision over a very large exam under a very bad sky, against the bare area tests it cannot do without. */
import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon';
import { decide } from '../../shared/activation/decide.ts';
import type { ChainEvent, Effect } from '../../shared/activation/events.ts';
import { apply } from '../../shared/activation/fold.ts';
import { GENESIS } from '../../shared/activation/seal.ts';
import type { Inputs } from '../../shared/activation/situation.ts';
import { emptyState, type State } from '../../shared/activation/state.ts';
import { NO_COUNTS, type Notice } from '../../shared/notice/notice.ts';
import type { Exam } from '../../shared/plan/exam.ts';
import { shippedPlan } from '../../shared/plan/shipped.ts';
import { HOUR, instant, MINUTE, pad } from '../../shared/time.ts';
import { boxOf } from '../../shared/warning/reach.ts';
import { remember, type WarningRecord } from '../../shared/warning/record.ts';
import { type Area, COLOURS, type Warning } from '../../shared/warning/warning.ts';
import { ring } from './answers.ts';
import { examFrom, paper } from './exam.ts';
import { byTurns, computed, type Figure, figure } from './figure.ts';

/** All of a large province's sites in one district, and more warnings in force than it has ever had. */
export const SITES = 600;
export const WARNINGS = 1_000;

/** How wide an area drawn as a polygon reaches, in degrees: a large county. */
const RADIUS = 0.3;

const NOW = instant('2024-09-20T12:00:00+08:00');
const COUNTIES = ['350502', '350503', '350504', '350505', '350521', '350524', '350525', '350526', '350581'];

export function benchDecide(): Promise<Figure[]> {
  return figures(crowded());
}

async function figures(inputs: Inputs): Promise<Figure[]> {
  const begun = begin(inputs);
  const answered = settle(inputs);
  const n = SITES * WARNINGS;
  const pairs = `${WARNINGS} warnings × ${SITES} sites × ${inputs.exam.sessions.length} sessions`;
  const floor = (): number => computed(() => areaTests(inputs));
  const again = await byTurns({ floor, ours: () => computed(() => decide(inputs, answered)) });
  const first = await byTurns({ floor, ours: () => computed(() => decide(inputs, begun)) });
  return [
    figure({ name: 'decide', of: `${pairs}, all answered`, unit: 'ms', n }, again),
    figure({ name: 'decide', of: `${pairs}, none answered`, unit: 'ms', n }, first),
    await benchFold(),
  ];
}

/** Events of a long record, and of the short one beside which each of its events should cost the same. */
export const FOLDED = 10_000;
const FOLDED_FLOOR = 1_000;

/** One event of a long record against one of a short: 1 where the fold is linear. Microseconds. */
async function benchFold(): Promise<Figure> {
  const each = (count: number): number => {
    const record = recordOf(count);
    // The short record is folded as often as makes both sides equally long.
    const times = FOLDED / count;
    const all = computed(() => Array.from({ length: times }, () => folded(record)));
    return (all * 1_000) / FOLDED;
  };
  const turns = await byTurns({ floor: () => each(FOLDED_FLOOR), ours: () => each(FOLDED) });
  const of = `an event folded, of ${FOLDED} and of ${FOLDED_FLOOR}`;
  return figure({ name: 'decide', of, unit: 'µs', n: FOLDED }, turns);
}

export function folded(record: readonly ChainEvent[]): State {
  const state = emptyState('bench#all', GENESIS);
  for (const event of record) apply(state, event, state.hash);
  return state;
}

/** A record in which a warning joins, a site hears of it, and its notice closes, over and over. */
export function recordOf(count: number): ChainEvent[] {
  const versions = { exam: '1', plan: '1', roster: '1', templates: '1' };
  const opened: Effect = { kind: 'opened', activationId: 'a', clause: '四(二)1⑴', versions };
  return Array.from({ length: count }, (_, place) => {
    const round = Math.floor(place / 3);
    const effects = place === 0 ? [opened] : stepOf(place % 3, round, pad(round + 1, 4));
    return { seq: place + 1, at: NOW + place, by: 'bench', cause: { kind: 'decided' }, effects };
  });
}

function stepOf(step: number, round: number, no: string): Effect[] {
  const siteId = `S${round % SITES}`;
  const clause = '五(三)';
  if (step === 0) {
    const evidence = { hazard: 'typhoon', level: 'orange' } as const;
    return [{ kind: 'reason', warningId: no, reason: 'attach', clause, activationId: 'a', evidence }];
  }
  if (step === 2) {
    const counts = { ...NO_COUNTS, audience: 250, delivered: 250 };
    return [{ kind: 'notice-closed', no, counts, digest: '-' }];
  }
  const notice: Notice = {
    ...{ no, kind: 'candidate-reminder', class: 'action', lane: 'candidates', hazard: 'typhoon' },
    ...{ level: 'orange', warningId: no, clause, template: 'candidate-reminder.wind.orange@1' },
    ...{ slots: {}, siteSlots: {}, approvedBy: 'bench', createdAt: NOW, deadline: NOW, validUntil: null },
    audience: { who: 'candidates', siteId, cells: [], dropTold: [] },
  };
  const over = { level: 'orange', candidates: 'orange', liftedBy: null } as const;
  return [
    { kind: 'site-levels', sites: { [siteId]: over } },
    { kind: 'notice', notice, hold: null },
  ];
}

/** Sites under each warning, by nothing but prefixes of codes and points in polygons with their boxes. */
export function areaTests({ warnings, exam }: Pick<Inputs, 'warnings' | 'exam'>): number {
  let under = 0;
  for (const { said } of warnings) {
    for (const { adcode, polygons } of said.gjzwfw!.warning.areas) {
      const shapes = polygons.map((coordinates) => ({
        type: 'Polygon' as const,
        coordinates,
        bbox: boxOf(coordinates[0]!),
      }));
      const prefix = adcode?.replace(/(00)+$/, '');
      for (const site of exam.sites) {
        const within = prefix !== undefined && site.adcode.startsWith(prefix);
        if (within || shapes.some((shape) => booleanPointInPolygon([site.lon, site.lat], shape))) under += 1;
      }
    }
  }
  return under;
}

/** The exam, and warnings that are all in force: half of them over counties by code, half over polygons. */
export function crowded(sites = SITES, warnings = WARNINGS): Inputs {
  const exam = examOf(sites);
  const records = Array.from({ length: warnings }, (_, place) =>
    warningOf(place, exam.sites[(place * 7) % sites]!),
  );
  const seen = { firstPolledAt: NOW - HOUR, lastGoodAt: NOW, newestContentAt: NOW, lastCompleteAt: null };
  const stored = { brokenReason: null, listed: null, missing: {}, etag: null, lastModified: null };
  return {
    plan: shippedPlan(),
    exam,
    district: exam.districts[0]!,
    warnings: records,
    carrier: { partsPerSecond: 20, broken: null },
    feeds: [
      {
        feed: 'gjzwfw',
        kind: 'window',
        official: true,
        silentAfterMs: 10 * MINUTE,
        ...seen,
        ...stored,
        parserVersion: null,
        contentHash: null,
      },
    ],
    now: NOW,
  };
}

function examOf(sites: number): Exam {
  const [spread, step] = [25, 0.05];
  return {
    ...examFrom(NOW, 'bench'),
    districts: [{ id: 'all', name: '测速考区', adcode: '350500', excludes: [] }],
    sites: Array.from({ length: sites }, (_, place) => ({
      id: `S${place}`,
      name: `第${place}考点`,
      districtId: 'all',
      adcode: COUNTIES[place % COUNTIES.length]!,
      lon: 118 + (place % spread) * step,
      lat: 24.5 + Math.floor(place / spread) * step,
      coastal: place % 3 === 0,
      shelters: [],
      seats: 500,
      spareSeats: 5,
    })),
    sessions: ['2024-09-21', '2024-09-22'].flatMap((day) => [
      paper(`${day}a`, instant(`${day}T09:00:00+08:00`), day),
      paper(`${day}b`, instant(`${day}T14:30:00+08:00`), day),
    ]),
  };
}

function warningOf(place: number, { lon, lat }: Exam['sites'][number]): WarningRecord {
  const adcode = COUNTIES[place % COUNTIES.length]!;
  const issuedAt = NOW - HOUR - place * 1_000;
  const area: Area = { name: '测速', adcode: null, level: null, polygons: [], circles: [] };
  if (place % 2 === 0) area.adcode = adcode;
  else area.polygons = [[ring(lon, lat, RADIUS)]];
  const warning: Warning = {
    id: `${adcode}41600000_${pad(place, 14)}`,
    feed: 'gjzwfw',
    status: 'actual',
    action: 'issue',
    hazard: place % 4 < 2 ? 'rainstorm' : 'typhoon',
    hazardText: '测速',
    product: 'signal',
    level: COLOURS[place % COLOURS.length]!,
    // An office of its own each: warnings of one office and hazard would replace one another.
    issuer: { name: `第${place}气象台`, adcode: null },
    areas: [area],
    issuedAt,
    effectiveAt: issuedAt,
    onsetAt: null,
    expiresAt: NOW + 24 * HOUR,
    references: [],
    headline: '测速',
    text: '测速',
    lang: 'zh-CN',
    issues: [],
  };
  return remember(null, warning, issuedAt);
}

/** A record in which exam, plan and roster are adopted and no warning has been answered. */
function begin({ exam, plan }: Inputs): State {
  const batches = [exam.sessions.slice(0, 2), exam.sessions.slice(2)];
  const cells = exam.sites.flatMap(({ id }) =>
    batches.map((papers) => ({
      siteId: id,
      home: null,
      sessionIds: papers.map((each) => each.id),
      count: 250,
    })),
  );
  const places = exam.sites.map(({ id }) => `site-lead@${id}`);
  const posts = [
    'commander',
    'deputy',
    'member',
    'office',
    'duty-leader',
    'duty-officer',
    'liaison',
    'assessment',
  ];
  const staffed = [...posts.map((post) => `${post}@-`), ...places].map((post) => [post, 1]);
  const state = emptyState('bench#all', GENESIS);
  add(state, exam.sessions[0]!.startsAt - 72 * HOUR, [
    { kind: 'adopted', what: 'exam', version: '1' },
    { kind: 'adopted', what: 'plan', version: plan.version },
    {
      kind: 'roster-adopted',
      census: { version: '1', cells, posts: Object.fromEntries(staffed), inNeed: [] },
      added: [],
    },
  ]);
  return state;
}

/** The same record once everything is answered: what the decision meets every minute of a storm. */
export function settle(inputs: Inputs): State {
  const state = begin(inputs);
  for (;;) {
    const effects = decide(inputs, state).flat();
    if (effects.length === 0) return state;
    add(state, inputs.now, effects);
  }
}

function add(state: State, at: number, effects: Effect[]): void {
  apply(state, { seq: state.seq + 1, at, by: 'bench', cause: { kind: 'decided' }, effects }, state.hash);
}
