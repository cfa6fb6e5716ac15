/**
 * One CAP document (OASIS CAP 1.0, 1.1, 1.2) as a Warning, or one of the national system, which has other names for a
 * few of the fields (GB/T 34283, GB/T 35965.1). CAP's own field names are used inside.
 */
import { type Issue, issue } from '../outcome.ts';
import { areasIn } from './cap-area.ts';
import { actionField, compose, draft, issuerAdcode, referencesIn, timeField } from './compose.ts';
import { eventName } from './hazard.ts';
import { readHeadline } from './headline.ts';
import { colourOf, settle, severityLevel } from './level.ts';
import { type Refusal, refuse } from './reading.ts';
import { statusOf } from './spelling.ts';
import { type Level, rank, type Warning } from './warning.ts';
import { children, childText, type Element, textOf } from './xml.ts';

type Where = { path: string; issues: Issue[] };

/** Where an info names no language; English is CAP's own default (CAP 1.2, §3.2.2). */
const DEFAULT_LANGUAGE = { cap: 'en-US', 'cn-national': 'zh-CN' };
type Feed = keyof typeof DEFAULT_LANGUAGE;

export function readCap(document: Element, path: string, feed: Feed = 'cap'): Warning | Refusal {
  const id = childText(document, 'identifier');
  const written = childText(document, 'status');
  const status = statusOf(written);
  const msgType = childText(document, 'msgType');
  if (id === '') return refuse(path, 'identifier-missing', 'the message has no identifier');
  if (!status)
    return refuse(`${path}/status`, 'status-unknown', 'no status of CAP', { status: written.slice(0, 40) });
  if (/^(?:ack|error)$/i.test(msgType)) {
    return refuse(`${path}/msgType`, 'not-a-warning', 'the message answers another message', { msgType });
  }
  if (!/^(?:alert|update|cancel)$/i.test(msgType)) {
    return refuse(`${path}/msgType`, 'action-unknown', 'no message type of CAP', {
      msgType: msgType.slice(0, 40),
    });
  }

  const where: Where = { path, issues: [] };
  const infos = inOneLanguage(children(document, 'info'), feed);
  const sent = feed === 'cap' ? 'sent' : 'sendTime';
  const live = infos.filter((info) => !isOver(info, msgType));
  const over = infos.length > 0 && live.length === 0;
  if (!over && live.length < infos.length) {
    where.issues.push(issue(path, 'part-over', 'a part of the message is over; the rest counts', {}, 'info'));
  }
  const told = over ? infos : live;
  const levels = told.map(
    (info) => settle([...claims(info), readHeadline(headlineOf(info)).level ?? 'unknown']).level,
  );
  const strongest = levels.reduce(
    (best, level, index) => (rank(level) > rank(levels[best]!) ? index : best),
    0,
  );
  const main = told[strongest];
  const sender = childText(document, 'sender');
  return compose(
    draft({
      ...where,
      feed,
      id,
      status,
      action: over ? 'cancel' : actionField(where, 'msgType', msgType),
      issuedAt: timeField(where, sent, childText(document, sent)),
      references: referencesIn(childText(document, 'references')),
      issuer: officeOf(id, sender, main),
      areas: told.flatMap((info, index) =>
        areasIn(info, levels[index] === levels[strongest] ? null : levels[index]!, where),
      ),
      // A cancel may come without any info (CAP 1.2, §3.2).
      ...(main ? spoken(main, where, feed) : { headline: '', lang: '' }),
      text: (main && childText(main, 'description')) || childText(document, 'note'),
    }),
  );
}

/** What the info with the highest level says. */
function spoken(info: Element, where: Where, feed: Feed) {
  const field = (name: string) => childText(info, name);
  const codes = children(info, 'eventCode').map((code) => childText(code, 'value'));
  const onsetAt = timeField(where, 'onset', field('onset'));
  const expiresAt = timeField(where, 'expires', field('expires'));
  const ending = parameter(info, 'eventEndingTime');
  return {
    headline: headlineOf(info),
    lang: languageOf(info, feed),
    event: [...codes, field('eventType')].map(eventName).find((name) => name !== null) ?? null,
    eventText: field('event'),
    levels: claims(info),
    effectiveAt: timeField(where, 'effective', field('effective')),
    onsetAt,
    // The end of an NWS message may precede the onset of its event; the event's own end is a parameter.
    expiresAt:
      ending !== '' && onsetAt !== null && expiresAt !== null && expiresAt < onsetAt
        ? timeField(where, 'eventEndingTime', ending)
        : expiresAt,
  };
}

/** The infos of one language, Chinese before others: CMA's English is a machine's translation. */
function inOneLanguage(infos: Element[], feed: Feed): Element[] {
  if (infos.length === 1) return infos;
  const languages = infos.map((info) => languageOf(info, feed));
  const wanted =
    languages.find((each) => /^zh[-_](?:cn|hans)/i.test(each)) ??
    languages.find((each) => /^zh/i.test(each)) ??
    languages[0];
  return infos.filter((_, index) => languages[index] === wanted);
}

function languageOf(info: Element, feed: Feed): string {
  return childText(info, 'language') || DEFAULT_LANGUAGE[feed];
}

function headlineOf(info: Element): string {
  return childText(info, 'headline');
}

/** The ways of saying "over" without a cancel that Macao and Canada use. A first message of the past is still one. */
function isOver(info: Element, msgType: string): boolean {
  if (children(info, 'responseType').some((each) => /^AllClear$/i.test(textOf(each)))) return true;
  return /^update$/i.test(msgType) && /^past$/i.test(childText(info, 'urgency'));
}

/** What the coded fields say of the level: GDACS and MeteoAlarm have a colour of their own, which severity does not track. */
function claims(info: Element): Level[] {
  const gdacs = parameter(info, 'alertlevel');
  if (gdacs !== '') return [colourOf(gdacs)];
  const meteoalarm = parameter(info, 'awareness_level').split(';')[1] ?? '';
  if (meteoalarm !== '') return [colourOf(meteoalarm)];
  return [severityLevel(childText(info, 'severity'))];
}

function parameter(info: Element, name: string): string {
  const found = children(info, 'parameter').find((each) => childText(each, 'valueName') === name);
  return childText(found, 'value');
}

/** CMA's senderName is the forecaster on duty, a person: the office stands in the headline, or in English as sender. */
function officeOf(id: string, sender: string, info: Element | undefined): string {
  if (issuerAdcode(id) === null) return (info && childText(info, 'senderName')) || sender;
  const issuers = info ? readHeadline(headlineOf(info)).issuers : [];
  return issuers.length > 0 ? issuers.join('、') : sender.replaceAll('_', ' ');
}
