/** What an officer sees of the texts before anything is sent: the exam's own words, at their longest. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { main } from '../infra/cli.ts';
import { SHIPPED_PLAN } from '../infra/scenario.ts';
import { previews } from '../shared/notice/preview.ts';
import { TEMPLATES } from '../shared/notice/templates.ts';
import { readExam, readPlan } from '../shared/plan/schema.ts';

const STORM_EXAM = new URL('../infra/storm/exam.json', import.meta.url);
const file = JSON.parse(readFileSync(STORM_EXAM, 'utf8')) as { sites: object[] };
const { exam } = readExam(file);
const { plan } = readPlan(JSON.parse(readFileSync(SHIPPED_PLAN, 'utf8')));

afterEach(() => {
  vi.restoreAllMocks();
});

/** The texts by template, of an exam whose first site is named so. */
function textsAt(name: string): Map<string, string> {
  const [first, ...others] = exam!.sites;
  const renamed = { ...exam!, sites: [{ ...first!, name }, ...others] };
  return new Map(previews(renamed, plan!).map(({ template, text }) => [template, text]));
}

test('every text of the catalogue is shown but those of hazards that start nothing, each in one part', () => {
  const shown = previews(exam!, plan!);
  const left = TEMPLATES.filter(({ id }) => !shown.some(({ template }) => template === id));
  expect(left.every(({ id }) => id.startsWith('candidate-reminder.travel.'))).toBe(true);
  expect(shown.every(({ parts, units }) => parts === 1 && units <= 70)).toBe(true);
  expect(shown.some(({ text }) => /[{}]/.test(text))).toBe(false);
});

test('a text reads as this exam would send it: office, hotline, its longest site and the hazard of the text', () => {
  const texts = textsAt('泉州信息学院考点');
  expect(texts.get('exam-change.site@1')).toContain('改在泉州信息学院考点举行');
  expect(texts.get('candidate-reminder.wind.orange@1')).toMatch(
    new RegExp(`^【${exam!.signature}】.*雷雨大风橙色预警.*${exam!.hotline}`),
  );
});

test('a name that is cut is shown as it is cut, and named with its path', async () => {
  const long = '泉州信息职业技术学院考点';
  expect(textsAt(long).get('exam-change.site@1')).toContain('改在泉州信息职业技…举行');

  const dir = mkdtempSync(join(tmpdir(), 'huhang-preview-'));
  const path = join(dir, 'exam.json');
  writeFileSync(
    path,
    JSON.stringify({ ...file, sites: [{ ...file.sites[0], name: long }, ...file.sites.slice(1)] }),
  );
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const errors = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await main(['exam', 'preview', path])).toBe(0);
  const cut = `${path} /sites[0]/name warning long-name: beyond 8 characters an SMS cuts it\n`;
  expect(errors.mock.calls).toEqual([[cut]]);
  expect(out.mock.lastCall?.[0]).toContain('exam-change.site@1  ');
  rmSync(dir, { recursive: true });
});

test('a preview is asked for one exam that can be read', async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await main(['exam', 'preview'])).toBe(2);
  expect(await main(['exam', 'preview', fileURLToPath(SHIPPED_PLAN)])).toBe(1);
});
