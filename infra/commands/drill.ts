/** `huhang exam drill`: an exercise of an exam that is open, for the people of a roster of its own. */
import { parseArgs } from 'node:util';
import { actOn } from '../../shared/activation/acts.ts';
import type { Ports } from '../../shared/io/ports.ts';
import { pagesOf } from '../../shared/io/spreadsheet.ts';
import { type Exercise, exerciseOf } from '../../shared/plan/exercise.ts';
import { append, chainOf } from '../../shared/stages/chain.ts';
import { enterExam, versionOf } from '../../shared/stages/office.ts';
import { adoptVersion, importTable, openExam, type TableOfPeople } from '../../shared/stages/roster.ts';
import { withData } from '../data.ts';
import { InputError, UsageError } from '../usage.ts';
import { issueLine } from './check.ts';
import { BY_COMMAND, reading, tableIn } from './roster.ts';
import { DEFAULT_DATA } from './verify.ts';

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      roster: { type: 'string' },
      hazard: { type: 'string', default: 'typhoon' },
      level: { type: 'string', default: 'orange' },
      data: { type: 'string', default: DEFAULT_DATA },
    },
  });
  const [examId] = positionals;
  if (examId === undefined || positionals.length > 1 || values.roster === undefined)
    throw new UsageError('exam drill ID --roster FILE [--hazard typhoon] [--level orange]');
  const { hazard, level, roster, data } = values;
  const exam = await reading(roster, async () => {
    const file = await tableIn(roster);
    const table = { hash: file.hash, pages: pagesOf(file) };
    return await withData(data, (ports) => beginExercise(ports, examId, table, { hazard, level }));
  });
  process.stdout.write(`${exam.id}: ${exam.name}\n`);
  return 0;
}

/**
 * Enters the exercise with the people who take part, and the warning that is played in each district; the next look
 * begins it. Throws an InputError that says why it cannot begin: without a usable roster nothing is played.
 */
export async function beginExercise(
  ports: Ports,
  examId: string,
  table: TableOfPeople,
  played: { hazard: string; level: string },
): Promise<Exercise> {
  const { store, clock } = ports;
  const of = await openExam(store, examId);
  if (!of) throw new InputError(`no open exam ${examId}`);
  const exam = exerciseOf(of.exam, clock.now());
  const examVersion = versionOf(exam);
  await enterExam(ports, { exam, examVersion, plan: of.plan, by: BY_COMMAND });
  const [charge] = exam.districts.map((district) => ({
    ...{ exam, examVersion, district, plan: of.plan },
    chain: chainOf(exam.id, district.id),
  }));
  const { version, accepted, refused, issues } = await importTable(ports, charge!, table);
  if (accepted === 0 || refused > 0) throw new InputError(`roster: ${issues.map(issueLine).join('; ')}`);
  await adoptVersion(ports, charge!, version, BY_COMMAND);
  for (const district of exam.districts) {
    const inputs = {
      ...{ exam, district, plan: of.plan, now: clock.now() },
      ...{ warnings: [], feeds: [], carrier: { partsPerSecond: 1, broken: null } },
    };
    const act = { does: 'enter-warning', with: played };
    const author = { by: BY_COMMAND, cause: { kind: 'entered', what: 'exercise' } as const };
    await append(ports, chainOf(exam.id, district.id), author, (state) => {
      const answer = actOn(inputs, state, { personId: BY_COMMAND, role: 'office', siteId: null }, act);
      if ('refused' in answer) throw new InputError(answer.refused);
      return answer.effects;
    });
  }
  return exam;
}
