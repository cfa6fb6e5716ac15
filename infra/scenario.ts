/** A scenario directory: exam, roster, what each weather office answered when, and how the carrier behaves. */
import { resolve } from 'node:path';
import * as z from 'zod';
import { digest } from '../shared/activation/seal.ts';
import type { FeedAnswer, FeedReader, FeedRequest } from '../shared/io/ports.ts';
import type { Issue } from '../shared/outcome.ts';
import type { Exam, Person } from '../shared/plan/exam.ts';
import type { Plan } from '../shared/plan/plan.ts';
import { readRoster } from '../shared/plan/roster.ts';
import { readExam, readPlan } from '../shared/plan/schema.ts';
import { FEEDS, type FeedId } from '../shared/warning/warning.ts';
import { bytesIn, jsonIn } from './files.ts';
import { InputError } from './usage.ts';

/** The plan that an exam runs under unless its scenario brings another. */
export const SHIPPED_PLAN = new URL('../shared/plan/data/quanzhou.json', import.meta.url);

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const SCENARIO = z.object({
  name: z.string(),
  start: time,
  end: time,
  exam: z.string(),
  plan: z.string().nullable().default(null),
  roster: z.string(),
  answers: z.array(
    z.object({
      at: time,
      feed: z.enum(FEEDS),
      status: z.number().int().optional(),
      body: z.string().optional(),
      fault: z.enum(['timeout', 'reset', 'html', 'truncated', 'empty']).optional(),
      official: z.boolean().optional(),
      documents: z.record(z.string(), z.string()).optional(),
    }),
  ),
  people: z
    .array(
      z.object({
        at: time,
        person: z.string(),
        does: z.string(),
        task: z.string().optional(),
        notice: z.string().optional(),
        with: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .default([]),
  carrier: z
    .object({
      partsPerSecond: z.number().positive().default(20),
      lose: z.number().min(0).max(1).default(0),
      throttle: z.number().min(0).max(1).default(0),
      refuse: z.array(z.string()).default([]),
    })
    .default({ partsPerSecond: 20, lose: 0, throttle: 0, refuse: [] }),
});

export type Answer = z.infer<typeof SCENARIO>['answers'][number];
export type PersonAct = z.infer<typeof SCENARIO>['people'][number];

export interface Scenario {
  name: string;
  start: number;
  end: number;
  exam: Exam;
  plan: Plan;
  people: Person[];
  acts: PersonAct[];
  answers: Answer[];
  carrier: z.infer<typeof SCENARIO>['carrier'];
  /** Issues that do not stop the run: a refused row of the roster, a site without a shelter. */
  issues: Issue[];
  /** Bytes of a file that the scenario names. */
  file(name: string): Uint8Array;
}

/**
 * Throws an InputError that lists everything wrong at once, by file and path. `otherPlan`: a file to take instead of
 * the scenario's plan, to see what that plan would have done.
 */
export function readScenario(directory: string, otherPlan?: string): Scenario {
  const pathOf = (name: string): string => resolve(directory, name);
  const files = new Map<string, Uint8Array>();
  const file = (name: string): Uint8Array => {
    const known = files.get(name) ?? bytesIn(pathOf(name));
    files.set(name, known);
    return known;
  };
  const read = SCENARIO.safeParse(jsonIn(pathOf('scenario.json')));
  if (!read.success) {
    const wrong = read.error.issues.map(
      ({ path, message }) => `scenario.json /${path.join('/')}: ${message}`,
    );
    throw new InputError(wrong.join('\n'));
  }
  const { answers, people: acts, ...rest } = read.data;
  const planFile = otherPlan ?? (rest.plan === null ? SHIPPED_PLAN : pathOf(rest.plan));
  const { exam, issues: examIssues } = readExam(jsonIn(pathOf(rest.exam)));
  const { plan, issues: planIssues } = readPlan(jsonIn(planFile));
  const wrong = [
    ...(exam ? [] : examIssues.map((each) => `${rest.exam} ${each.path}: ${each.message}`)),
    ...(plan ? [] : planIssues.map((each) => `${rest.plan ?? 'plan'} ${each.path}: ${each.message}`)),
    ...answers.flatMap((answer) => missingBody(answer, file)),
  ];
  if (!exam || !plan || wrong.length > 0) throw new InputError(wrong.join('\n'));
  const roster = readRoster(Buffer.from(file(rest.roster)).toString('utf8'), exam);
  return {
    name: rest.name,
    start: rest.start,
    end: rest.end,
    exam,
    plan,
    people: roster.people,
    acts: acts.toSorted((a, b) => a.at - b.at),
    answers: answers.toSorted((a, b) => a.at - b.at),
    carrier: rest.carrier,
    issues: [...examIssues, ...planIssues, ...roster.issues],
    file,
  };
}

/** The feeds that a scenario configures, in the catalogue's order. */
export function feedsOf(scenario: Pick<Scenario, 'answers'>): FeedId[] {
  return FEEDS.filter((feed) => scenario.answers.some((answer) => answer.feed === feed));
}

/** Every configured feed counts as official unless its first answer says otherwise. */
export function isOfficialIn(scenario: Pick<Scenario, 'answers'>, feed: FeedId): boolean {
  return scenario.answers.find((answer) => answer.feed === feed)?.official ?? true;
}

const FIREWALL_PAGE = Buffer.from(
  '<!DOCTYPE html><html><head><title>访问受限</title></head><body>访问受限</body></html>',
);

/** The weather offices of a scenario: each feed keeps giving its last answer until the next one. */
export function weatherOffices(scenario: Scenario, now: () => number): FeedReader {
  return {
    async read(request) {
      return answerOf(scenario, request, now());
    },
    isOfficial: (feed) => isOfficialIn(scenario, feed),
  };
}

export function answerOf(
  scenario: Pick<Scenario, 'answers' | 'file'>,
  request: FeedRequest,
  now: number,
): FeedAnswer {
  const past = scenario.answers.filter((answer) => answer.feed === request.feed && answer.at <= now);
  const current = past[past.length - 1];
  if (!current) return { kind: 'not-yet' };
  if (request.link !== null) return documentOf(scenario, past, request.link);
  const lastGood = past.findLast((answer) => answer.body !== undefined && answer.fault === undefined);
  const good = lastGood?.body === undefined ? null : scenario.file(lastGood.body);
  switch (current.fault) {
    case 'timeout':
    case 'reset':
      return { kind: 'failed', reason: current.fault };
    case 'html':
      return body(FIREWALL_PAGE, 'text/html');
    case 'empty':
      return body(new Uint8Array(), null);
    case 'truncated':
      return body((good ?? FIREWALL_PAGE).subarray(0, Math.floor((good ?? FIREWALL_PAGE).length / 2)), null);
  }
  const status = current.status ?? 200;
  if (status === 304) return { kind: 'unchanged' };
  if (status !== 200 || good === null) return { kind: 'failed', reason: `http-${status}` };
  const etag = `"${digest(good).slice(0, 16)}"`;
  return request.etag === etag ? { kind: 'unchanged' } : { ...body(good, null), etag };
}

function documentOf(scenario: Pick<Scenario, 'file'>, past: Answer[], link: string): FeedAnswer {
  const holder = past.findLast((answer) => answer.documents?.[link] !== undefined);
  const name = holder?.documents?.[link];
  return name === undefined ? { kind: 'failed', reason: 'http-404' } : body(scenario.file(name), null);
}

function body(bytes: Uint8Array, contentType: string | null): Extract<FeedAnswer, { kind: 'body' }> {
  return { kind: 'body', bytes, contentType, etag: null, lastModified: null };
}

/** What is wrong with the files that an answer names. */
function missingBody(answer: Answer, file: (name: string) => Uint8Array): string[] {
  const names = [answer.body, ...Object.values(answer.documents ?? {})].filter((name) => name !== undefined);
  return names.flatMap((name) => {
    try {
      file(name);
      return [];
    } catch (error) {
      if (error instanceof InputError) return [error.message];
      throw error;
    }
  });
}
