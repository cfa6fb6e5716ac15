/** `huhang export`: the record of one activation to keep, to print or to hand on. Person ids only, no name or number. */
import { parseArgs } from 'node:util';
import { activationPage } from '../../functions/console/activation.ts';
import { type ActivationView, gatherActivation } from '../../functions/console/gather.ts';
import { document } from '../../functions/console/page.ts';
import { tongue } from '../../functions/console/words.ts';
import { printedForm } from '../../shared/activation/documents.ts';
import { eventsOf } from '../../shared/activation/review.ts';
import { effectSentence } from '../../shared/activation/sentence.ts';
import { iso } from '../../shared/time.ts';
import { withData } from '../data.ts';
import { activationsOf, decisionsOf, noticeOf } from '../summary.ts';
import { UsageError } from '../usage.ts';
import { DEFAULT_DATA } from './verify.ts';

/** Each way to write it, by its name on the command line. */
export const FORMATS: Record<string, (view: ActivationView, now: number) => Promise<string>> = {
  json: async (view) => `${JSON.stringify(recordOf(view), null, 2)}\n`,
  csv: async (view) => table(view),
  html: async (view, now) => {
    const t = tongue('zh', view.charge.exam.timeZone);
    return String(await document(t, view.activation.id, activationPage(t, view, now)));
  },
};

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      data: { type: 'string', default: DEFAULT_DATA },
      format: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [id] = positionals;
  const name = values.format ?? 'json';
  const format = FORMATS[name];
  if (id === undefined || positionals.length > 1) throw new UsageError('give one activation');
  if (!format || (values.json && name !== 'json'))
    throw new UsageError(`--format is one of ${Object.keys(FORMATS).join(' ')}`);
  const text = await withData(values.data, async (ports) => {
    const view = await gatherActivation(ports, id);
    return view && format(view, ports.clock.now());
  });
  if (text === null) {
    process.stderr.write(`huhang export: no activation ${id} in ${values.data}\n`);
    return 1;
  }
  process.stdout.write(text);
  return 0;
}

/** The parts as `replay` prints them, the figures (spans in ms), and the sealed events themselves (instants in ms). */
function recordOf({ charge, state, activation, events, notices, counts, figures }: ActivationView): object {
  const { id } = activation;
  return {
    head: { seq: state.seq, hash: state.hash },
    activation: activationsOf(charge, state).find((each) => each.id === id),
    review: figures,
    decisions: decisionsOf(charge, state).filter(({ activationId }) => activationId === id),
    notices: notices.map(({ notice: { no } }) => noticeOf(charge, state, no, counts.get(no)!)),
    documents: [...state.documents.values()].map((each) => ({
      ...each,
      form: printedForm(each, charge.exam),
    })),
    events: eventsOf(events, id).map((event) => ({ ...event, at: iso(event.at, charge.exam.timeZone) })),
  };
}

const HEADS = ['序号', '时间', '记录人', '类别', '内容'];

/** One line for each effect, in a form that spreadsheets of any age open as Chinese. */
function table({ charge: { exam }, activation, events }: ActivationView): string {
  const lines = eventsOf(events, activation.id).flatMap(({ seq, at, by, effects }) =>
    effects.map((effect) => [
      String(seq),
      iso(at, exam.timeZone),
      by,
      effect.kind,
      effectSentence(effect, exam),
    ]),
  );
  return `\uFEFF${[HEADS, ...lines].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('')}`;
}

/** A cell that a spreadsheet would run as a formula is marked as text: an issuer's name comes from outside. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
