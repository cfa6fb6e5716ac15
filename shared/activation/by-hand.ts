/** Warnings by hand: an officer enters what he heard, confirms what was held, or sets a reading right. */
import * as z from 'zod';
import { hazardWord } from '../notice/slots.ts';
import { issue } from '../outcome.ts';
import { isExercise } from '../plan/exercise.ts';
import { civil, pad } from '../time.ts';
import { divisionName, isPlace } from '../warning/divisions.ts';
import type { HandWord } from '../warning/record.ts';
import { COLOURS, HAZARDS, type Message, STATUSES } from '../warning/warning.ts';
import { type ActAnswer, type Entry, entryHash, moment, refusal, withEntry } from './entry.ts';
import type { Inputs } from './situation.ts';

/** Where a person reads or hears of a warning: the plan's clause 七 names three sites. */
export const READ_FROM = [
  'phone',
  'fax',
  'television',
  'radio',
  'site',
  'document',
  'feed',
  'unsaid',
] as const;

/** An office's name says what it watches, so that no person's name can stand in its place. */
const OFFICE_NAME =
  /^\p{Script=Han}{0,20}(气象|水利|水文|海洋|自然资源|应急|防汛|地震)\p{Script=Han}{0,12}$/u;

const level = z.enum([...COLOURS, 'unknown']);
const adcode = z.string().refine(isPlace, 'a division code');
const position = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]);
const area = z.object({
  adcode: adcode.nullish().transform((code) => code ?? null),
  level: level.nullish().transform((own) => own ?? null),
  polygons: z
    .array(z.array(z.array(position).min(4)).min(1))
    .max(20)
    .default([]),
  circles: z
    .array(z.object({ lon: z.number(), lat: z.number(), km: z.number().positive() }))
    .max(20)
    .default([]),
});
const when = moment.nullish().transform((at) => at ?? null);
const readFrom = z.enum(READ_FROM).default('unsaid');

const whole = z.object({
  id: z
    .string()
    .regex(/^[\w.-]{1,80}$/, 'an identifier')
    .optional(),
  status: z.enum(STATUSES).default('actual'),
  action: z.enum(['issue', 'update', 'cancel']).default('issue'),
  hazard: z.enum(HAZARDS),
  product: z.enum(['signal', 'level']).default('signal'),
  level: level.default('unknown'),
  issuer: z
    .object({
      name: z.string().regex(OFFICE_NAME, 'the name of an office').optional(),
      adcode: adcode.nullish(),
    })
    .default({}),
  areas: z.array(area).max(100).default([]),
  issuedAt: when,
  effectiveAt: when,
  onsetAt: when,
  expiresAt: when,
  references: z.array(z.string().max(80)).max(20).default([]),
  readFrom,
});

/** An entered warning has an identifier of the national form, so that it threads with what feeds say of the event. */
export function enterWarning({ exam, district, now }: Inputs, entry: Entry | undefined): ActAnswer {
  return withEntry(whole, entry, ({ id, readFrom: source, areas, issuer, ...rest }) => {
    const code = issuer.adcode ?? district.adcode;
    const name = issuer.name ?? `${divisionName(code) ?? ''}气象台`;
    const issuedAt = rest.issuedAt ?? now;
    const fields: Omit<Message, 'id'> = {
      ...rest,
      status: isExercise(exam) ? 'exercise' : rest.status,
      issuedAt,
      hazardText: hazardWord(rest.hazard),
      issuer: { name, adcode: code },
      areas: (areas.length > 0 ? areas : [{ adcode: code, level: null, polygons: [], circles: [] }]).map(
        named,
      ),
      headline: '',
      text: '',
      lang: 'zh-CN',
      issues: [],
    };
    const department = /水利|水文/.test(name) ? '332' : '416';
    const content = Number.parseInt(entryHash(fields as Entry).slice(0, 8), 16);
    const warningId = id ?? `${code.slice(0, 6)}${department}00000_${stamp(issuedAt)}_${content}`;
    return { effects: [{ kind: 'warning-word', warningId, fields, readFrom: source }] };
  });
}

const correction = z.object({
  id: z.string().optional(),
  warningId: z.string().optional(),
  action: z.enum(['issue', 'update', 'cancel']).exactOptional(),
  hazard: z.enum(HAZARDS).optional(),
  level: level.exactOptional(),
  areas: z.array(area).min(1).max(100).optional(),
  expiresAt: moment.exactOptional(),
  readFrom,
});

/** Confirms a warning as it was read, or with what the officer sets right: its colour, hazard, areas, end. */
export function confirmWarning({ warnings }: Inputs, entry: Entry | undefined): ActAnswer {
  return withEntry(correction, entry, ({ id, warningId = id, readFrom: source, hazard, areas, ...rest }) => {
    if (!warnings.some((record) => record.id === warningId)) {
      return refusal([issue('/warningId', 'unknown-warning', 'no warning of this identifier is remembered')]);
    }
    const fields: HandWord['fields'] = {
      ...rest,
      ...(hazard && { hazard, hazardText: hazardWord(hazard) }),
      ...(areas && { areas: areas.map(named) }),
    };
    return { effects: [{ kind: 'warning-word', warningId: warningId!, fields, readFrom: source }] };
  });
}

function named<T extends { adcode: string | null }>(place: T): T & { name: string } {
  return { ...place, name: place.adcode === null ? '' : (divisionName(place.adcode) ?? '') };
}

/** `yyyyMMddHHmmss`, Beijing time, as national identifiers have it. */
function stamp(at: number): string {
  const { year, month, day, hour, minute } = civil(at);
  return `${year}${pad(month)}${pad(day)}${pad(hour)}${pad(minute)}00`;
}
