/** The deployment as CloudFormation would get it: synthesized once, for real, and held against the house rules. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { huhang, refuseLocalEndpoints } from '../infra/app.ts';
import { SETTINGS } from '../infra/settings.ts';
import { FUNCTION_LIST } from '../infra/topology.ts';
import { TABLES } from '../shared/io/tables.ts';
import { CATALOGUE } from '../shared/warning/catalogue.ts';
import { rules } from './synth-rules.ts';
import type { Resource } from './synth-template.ts';

/** Bytes of one bundle: beyond it a cold start grows past what a tick or a hint should wait. */
const BUNDLE_BYTES_MAX = 1_200_000;

const outdir = mkdtempSync(join(tmpdir(), 'huhang-synth-'));
let assembly: CloudAssembly;
let resources: Resource[];

beforeAll(() => {
  assembly = huhang(SETTINGS, outdir).synth();
  resources = assembly.stacks.flatMap(({ stackName, template }) =>
    Object.entries(
      template.Resources as Record<string, { Type: string; Properties: unknown; DeletionPolicy?: string }>,
    ).map(([id, { Type, Properties, DeletionPolicy }]) => ({
      stack: stackName,
      id,
      type: Type,
      props: Properties ?? {},
      deletion: DeletionPolicy,
    })),
  );
});

afterAll(() => rmSync(outdir, { recursive: true }));

describe.each(rules)('$name', (rule) => {
  test('holds', () => {
    expect(rule.breaks(resources), rule.because).toEqual([]);
  });

  test('would be noticed', () => {
    const spoilt = structuredClone(resources);
    rule.spoil(spoilt);
    expect(rule.breaks(spoilt)).not.toEqual([]);
  });
});

test('the stacks that keep something cannot be deleted by one call', () => {
  const open = assembly.stacks
    .filter((stack) => stack.terminationProtection !== true)
    .map(({ stackName }) => stackName);
  expect(open.sort()).toEqual(['Huhang-Pipeline', 'Huhang-Sms', 'Huhang-Watch']);
});

test('nag is content, and what was acknowledged to it has a reason', () => {
  const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  expect(report.pluginReports).toEqual([]);
});

test('every bundle loads by itself, exports its handler, and is small enough to start fast', async () => {
  const bundles = readdirSync(outdir)
    .map((name) => join(outdir, name, 'index.mjs'))
    .filter((path) => existsSync(path));
  expect(bundles).toHaveLength(FUNCTION_LIST.length);
  for (const path of bundles) {
    const { handler } = await import(pathToFileURL(path).href);
    expect(handler).toBeTypeOf('function');
    expect(statSync(path).size).toBeLessThan(BUNDLE_BYTES_MAX);
  }
});

test('every configured feed has an address that can be polled', () => {
  expect(SETTINGS.feeds.filter((feed) => CATALOGUE[feed].url === null)).toEqual([]);
});

test('two sweeps never run side by side', () => {
  const sweep = resources.find(({ id }) => id.startsWith('Functionsweep'))!;
  expect(sweep.props.ReservedConcurrentExecutions).toBe(1);
});

test('a poll, which reads what strangers write, reaches no table of people', () => {
  const [, poll] = FUNCTION_LIST.find(([name]) => name === 'poll')!;
  const touched = [...poll.reads, ...poll.writes, ...poll.removes];
  expect(touched.filter((name) => TABLES[name].personal)).toEqual([]);
});

test('a shell that speaks to local stand-ins is refused, and says which variable to unset', () => {
  expect(() => refuseLocalEndpoints({ AWS_ENDPOINT_URL_SNS: 'http://127.0.0.1:4566' })).toThrow(
    'AWS_ENDPOINT_URL_SNS',
  );
  expect(() => refuseLocalEndpoints({ AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' })).toThrow(
    'AWS_ENDPOINT_URL',
  );
  expect(() => refuseLocalEndpoints({ AWS_REGION: 'ap-southeast-1' })).not.toThrow();
});
