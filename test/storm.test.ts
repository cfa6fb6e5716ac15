import { describe, expect, test } from 'vitest';
import { answerOf, feedsOf, readScenario } from '../infra/scenario.ts';
import { POSTS } from '../shared/plan/exam.ts';
import { HOUR, instant, MINUTE } from '../shared/time.ts';
import { contains } from '../shared/warning/divisions.ts';
import { parseReading } from '../shared/warning/parse.ts';
import type { FeedId, Parsed, Warning } from '../shared/warning/warning.ts';

const storm = readScenario('infra/storm');
const at = (text: string) => instant(`2024-09-${text}:00+08:00`);

function read(feed: FeedId, now: number): Parsed | null {
  const answer = answerOf(storm, { feed, link: null, etag: null, lastModified: null }, now);
  if (answer.kind !== 'body') return null;
  const document = (link: string) => {
    const linked = answerOf(storm, { feed, link, etag: null, lastModified: null }, now);
    return linked.kind === 'body' ? linked.bytes : undefined;
  };
  return parseReading(feed, answer.bytes, { now, contentType: answer.contentType, document });
}

/** Every message of the storm, as each feed said it, in the order in which the answers came. */
const said = storm.answers
  .filter((answer) => answer.body !== undefined)
  .flatMap((answer) => read(answer.feed, answer.at)?.warnings ?? []);
const byId = new Map<string, Warning[]>();
for (const warning of said) byId.set(warning.id, [...(byId.get(warning.id) ?? []), warning]);
const ours = [...byId.values()].filter(
  ([one]) => one?.status === 'actual' && contains('350500', one.issuer.adcode ?? ''),
);

describe('the shipped storm', () => {
  test('Exam, roster and plan are adopted without a single remark.', () => {
    expect(storm.issues).toEqual([]);
    expect(storm.exam.id).toBe('fk-2024-qz');
    expect(feedsOf(storm)).toEqual(['cap', 'gjzwfw', 'nmc-alarm']);
  });

  test('Every body is understood, but for one entry among good ones that a person must read.', () => {
    const bodies = storm.answers.filter((answer) => answer.body !== undefined);
    const readings = bodies.map((answer) => read(answer.feed, answer.at));
    expect(readings.map((reading) => reading?.state)).toEqual(bodies.map(() => 'ok'));
    const unread = readings.filter((reading) => (reading?.quarantined.length ?? 0) > 0);
    expect(unread).toHaveLength(1);
    expect(unread[0]?.warnings).toHaveLength(2);
    expect(said.flatMap((warning) => warning.issues)).toEqual([]);
    expect(readings.flatMap((reading) => reading?.entries)).toEqual([]);
  });

  test('Three feeds tell of the same typhoon under one identifier, and agree.', () => {
    const first = byId.get('35050041600000_20240919091500') ?? [];
    expect(new Set(first.map((warning) => warning.feed))).toEqual(new Set(['gjzwfw', 'nmc-alarm', 'cap']));
    for (const versions of byId.values()) {
      expect(new Set(versions.map(({ hazard, level }) => `${hazard} ${level}`)).size).toBe(1);
    }
  });

  test('The typhoon over the city rises to orange and falls again, each message naming the one before.', () => {
    const typhoon = ours
      .map((versions) => versions.find(({ feed }) => feed === 'gjzwfw'))
      .filter((warning) => warning?.hazard === 'typhoon' && warning.issuer.adcode === '350500');
    expect(typhoon.map((warning) => `${warning?.action} ${warning?.level}`)).toEqual([
      'issue blue',
      'update blue',
      'update yellow',
      'update orange',
      'update yellow',
      'update yellow',
      'update blue',
      'cancel blue',
    ]);
    for (const [index, warning] of typhoon.entries()) {
      expect(warning?.references).toEqual(index === 0 ? [] : [typhoon[index - 1]?.id]);
    }
  });

  test('One county is red, rain and a joint flash flood come with it, and the sea counts.', () => {
    const has = (hazard: string, level: string, adcode: string) =>
      ours.some(([one]) => one?.hazard === hazard && one.level === level && one.issuer.adcode === adcode);
    expect(has('typhoon', 'red', '350581')).toBe(true);
    expect(has('rainstorm', 'orange', '350500')).toBe(true);
    expect(has('sea-gale', 'orange', '350500')).toBe(true);
    const joint = ours.flat().find((warning) => warning.hazard === 'flash-flood');
    expect(joint?.issuer.name).toContain('水利局');
    expect(joint?.id.slice(6, 9)).toBe('332');
  });

  test('All that starts the plan is lifted by a real 解除 before the storm ends.', () => {
    const ended = new Set(
      ours.flat().flatMap((warning) => (warning.action === 'cancel' ? warning.references : [])),
    );
    const renewed = new Set(
      ours.flat().flatMap((warning) => (warning.action === 'update' ? warning.references : [])),
    );
    const open = ours.filter(
      ([one]) => one?.action !== 'cancel' && one && !ended.has(one.id) && !renewed.has(one.id),
    );
    expect(open.map(([one]) => one?.hazard)).toEqual(['lightning']);
    expect(read('nmc-alarm', storm.end)?.warnings).toEqual([]);
  });

  test('A drill runs beside it and is no warning.', () => {
    const drills = [...byId.values()].filter(([one]) => one?.status === 'exercise');
    expect(drills.map(([one]) => one?.level)).toEqual(['red']);
  });

  test('One feed shows a page of the firewall for longer than its limit, while orange is issued.', () => {
    const fault = storm.answers.find((answer) => answer.fault === 'html');
    const next = storm.answers.find(
      (answer) => answer.feed === fault?.feed && answer.at > (fault?.at ?? 0) && answer.fault === undefined,
    );
    expect(fault?.feed).toBe('gjzwfw');
    expect((next?.at ?? 0) - (fault?.at ?? 0)).toBeGreaterThanOrEqual(12 * MINUTE);
    const orange = byId.get('35050041600000_20240920120800');
    expect(orange?.[0]?.feed).toBe('nmc-alarm');
    expect(read('gjzwfw', at('20T12:10'))?.state).toBe('broken');
  });

  test('There is a 304, a truncated answer and a timeout as well.', () => {
    expect(storm.answers.some((answer) => answer.status === 304)).toBe(true);
    expect(read('cap', at('20T19:42'))).toMatchObject({ state: 'broken', reason: 'truncated', warnings: [] });
    expect(storm.answers.some((answer) => answer.fault === 'timeout')).toBe(true);
  });

  test('Every signal that starts the plan is renewed or lifted before its own end.', () => {
    const messages = ours.flat();
    const signals = messages.filter(
      (warning) =>
        warning.action !== 'cancel' && warning.expiresAt !== null && warning.hazard !== 'lightning',
    );
    for (const { id, expiresAt } of signals) {
      const next = messages.find((warning) => warning.references.includes(id));
      expect(next?.issuedAt ?? Number.POSITIVE_INFINITY, id).toBeLessThan(expiresAt ?? 0);
    }
  });
});

describe('the people of the storm', () => {
  const { exam, people, acts } = storm;
  const candidates = people.filter((person) => person.role === 'candidate');

  test('Two hundred candidates sit over all sites and both batches.', () => {
    expect(candidates).toHaveLength(200);
    for (const site of exam.sites) {
      const here = candidates.filter((person) => person.siteId === site.id);
      expect(new Set(here.map((person) => person.sessionIds.join(';')))).toEqual(new Set(['A1;A2', 'B1;B2']));
      expect(here.length).toBeLessThanOrEqual(site.seats);
    }
  });

  test('Every post is staffed, the district once and each site for itself.', () => {
    expect(new Set(people.map((person) => person.role))).toEqual(new Set(['candidate', ...POSTS]));
    for (const site of exam.sites) {
      const posts = people.filter((person) => person.siteId === site.id).map((person) => person.role);
      expect(posts.filter((post) => post === 'site-lead')).toHaveLength(1);
      expect(posts.filter((post) => post === 'site-staff').length).toBeGreaterThanOrEqual(3);
    }
  });

  test('Nobody in it exists: names count, numbers are zeros.', () => {
    for (const person of people) {
      expect(person.name).toMatch(/^[甲乙丙丁戊己庚辛]?\p{Script=Han}{2,4}[〇一二三四五六七八九]{3}$/u);
      expect(person.phone).toMatch(/^\+8613[89]00000\d{3}$/);
    }
    expect(new Set(people.map((person) => person.phone)).size).toBe(people.length);
  });

  test('The exam has sites on the coast and inland, and two papers a day admitted 45 minutes before.', () => {
    expect(new Set(exam.sites.map((site) => site.coastal))).toEqual(new Set([true, false]));
    expect(new Set(exam.sites.map((site) => site.adcode)).size).toBe(exam.sites.length);
    for (const session of exam.sessions) {
      expect(session.startsAt - session.admitFrom).toBe(45 * MINUTE);
      expect(session.endsAt - session.startsAt).toBe(3 * HOUR);
    }
  });

  test('Those who act are in the roster, and the duty officer ends it after six calm hours.', () => {
    const known = new Map(people.map((person) => [person.personId, person.role]));
    for (const act of acts) expect(known.get(act.person), act.person).toBeDefined();
    const last = acts.at(-1);
    expect(last?.does).toBe('end');
    expect(known.get(last?.person ?? '')).toBe('duty-officer');
    expect(last?.at).toBeGreaterThan(at('22T12:12') + 6 * HOUR);
  });
});
