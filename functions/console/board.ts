/** The board: what is in force, what runs, who was told, what is owed — and whether the system can see at all. */
import { html } from 'hono/html';
import {
  type Holding,
  lastChange,
  openedBy,
  owedTasks,
  pending,
  sightOf,
  tallyByKind,
  taskTally,
} from '../../shared/activation/review.ts';
import { audienceSentence, decisionSentence, placeName } from '../../shared/activation/sentence.ts';
import { isSettled, openActivation, taskState } from '../../shared/activation/state.ts';
import { FATES } from '../../shared/notice/notice.ts';
import { reasonSlot } from '../../shared/notice/slots.ts';
import { nextSession, sitesIn, sittingAt } from '../../shared/plan/exam.ts';
import { MINUTE } from '../../shared/time.ts';
import { CATALOGUE } from '../../shared/warning/catalogue.ts';
import { type FeedRecord, type FeedState, feedState, silentSince } from '../../shared/warning/health.ts';
import type { BoardView, DistrictView } from './gather.ts';
import { chip, facts, type Html, type Row, recorded, section, table, time } from './page.ts';
import { taskDue, taskName } from './task.ts';
import type { Tongue, Word } from './words.ts';

/** Tasks on the board; the rest stand in the record. More than one screen of them is not read at 3 a.m. */
export const TASKS_SHOWN_MAX = 12;

const FEED_SYMBOLS: Record<FeedState, string> = { fresh: '●', quiet: '○', stale: '▲', broken: '✕' };

export function board(t: Tongue, tongueOf: (zone: string) => Tongue, view: BoardView): Html {
  const { now, feeds, districts, quarantined } = view;
  return html`${silence(t, feeds, now)}
${quarantined > 0 ? html`<p class="banner mild"><a href="/quarantine">${t.say('waiting', { n: quarantined })}</a></p>` : ''}
${districts.length === 0 ? html`<h1>${t.say('noExam')}</h1>` : ''}
${districts.map((each) => district(tongueOf(each.charge.exam.timeZone), each, view))}
<section aria-labelledby="feeds"><h2 id="feeds">${t.say('feeds')}</h2>${feedTable(t, feeds, now)}</section>`;
}

/** Loud, because silence looks like calm to whoever only looks at colours. */
function silence(t: Tongue, feeds: readonly FeedRecord[], now: number): Html | '' {
  const silent = feeds.flatMap((feed) => {
    const since = silentSince(feed, now);
    return since === null ? [] : [{ feed, since }];
  });
  if (silent.length === 0) return '';
  return html`<section class="banner" aria-labelledby="silence"><h2 id="silence"><span aria-hidden="true">▲</span> ${t.say('blindBanner')}</h2>
<ul>${silent.map(
    ({ feed, since }) =>
      html`<li><strong>${t.feed(feed.feed)}</strong> ${t.say('blindSince', { since: t.at(since), why: why(t, feed) || t.say('stale') })}${lookThere(t, feed)}</li>`,
  )}</ul></section>`;
}

function lookThere(t: Tongue, { feed }: FeedRecord): Html | '' {
  const { page } = CATALOGUE[feed];
  return page ? html` · <a href="${page}" rel="noreferrer">${t.say('lookYourself')}</a>` : '';
}

function why(t: Tongue, { brokenReason }: FeedRecord): string {
  if (brokenReason === null) return '';
  return t.lang === 'zh' ? reasonSlot(brokenReason) : brokenReason;
}

function district(t: Tongue, view: DistrictView, { now, feeds }: BoardView): Html {
  const { charge, state, counted, recorded: onlyRecorded } = view;
  const running = openActivation(state);
  const id = charge.chain.replaceAll(/\W/g, '-');
  const level = running?.level ?? null;
  const [session, next] = [sittingAt(charge.exam.sessions, now), nextSession(charge.exam.sessions, now)];
  const sites = sitesIn(charge.exam, charge.district);
  const affected = sites.filter((site) => state.siteLevels.get(site.id)?.level);
  const sight = sightOf(feeds, now);
  return html`<article class="district" aria-labelledby="${id}">
<h1 id="${id}">${charge.district.name} <small>${charge.exam.name}</small></h1>
<div class="hero ${level ?? (sight === 'clear' ? 'calm' : 'blind')}">
<div><h2>${t.say('highest')}</h2><p>${chip(t, level, 'large')}</p>
${running ? html`<p class="since">${t.say('since', { at: t.at(running.levels.at(-1)?.at ?? running.openedAt) })}</p>` : ''}</div>
<div>${level === null ? html`<p class="sight ${sight}">${t.say(`calm${sight}`)}</p>` : ''}
${facts([
  [t.say('plan'), t.say(planWord(view))],
  [t.say('inForce'), String(counted.length)],
  [t.say('affected'), `${affected.length} / ${sites.length}`],
  ...(session ? [[t.say('nowSession'), t.session(session)] as [string, string]] : []),
  [
    t.say('nextSession'),
    next
      ? html`${t.session(next)} <small>${t.say('admit', { at: t.at(next.admitFrom) })}</small>`
      : t.say('noSession'),
  ],
])}
${activationLine(t, view)}</div>
<p class="note">${t.say('noPlanLevels')}</p>
</div>
<ul class="sites" aria-label="${t.say('sites')}">${sites.map(({ id: site, name }) => html`<li>${chip(t, state.siteLevels.get(site)?.level ?? null)} ${name}</li>`)}</ul>
${section(`${id}-force`, t.say('inForce'), warnings(t, counted, view))}
${onlyRecorded.length > 0 ? html`<details><summary>${t.say('recordedOnly')} (${onlyRecorded.length})</summary>${warnings(t, onlyRecorded, view)}</details>` : ''}
<div class="pair">
${section(`${id}-tasks`, t.say('owed'), tasks(t, view))}
${section(`${id}-open`, t.say('openNotices'), openNotices(t, view))}
</div>
${section(`${id}-sms`, t.say('deliveries'), deliveries(t, view))}
<p class="head">${t.say('head', { seq: state.seq, hash: state.hash.slice(0, 12) })} · ${recorded(`${charge.plan.title}（${charge.plan.document}，${charge.plan.version}）`)}</p>
</article>`;
}

function planWord({ state, activation }: DistrictView): Word {
  const running = openActivation(state);
  if (running) return running.level === null ? 'watching' : 'running';
  return activation ? 'ended' : 'notStarted';
}

function activationLine(t: Tongue, { state, activation }: DistrictView): Html | '' {
  if (!activation) return '';
  const because = openedBy(state, activation);
  const changed = lastChange(state, activation);
  const earlier = state.activations.filter((each) => each !== activation);
  return html`<p class="because"><a href="/activations/${encodeURIComponent(activation.id)}">${t.say('activation')} ${activation.id}</a>
${t.say('opened')} ${time(t, activation.openedAt)}${activation.endedAt === null ? '' : html` · ${t.say('ended')} ${time(t, activation.endedAt)}`}
${because ? html`<br>${t.say('openedBy')}: ${recorded(decisionSentence(because, t.zone))}` : ''}
${changed && changed !== because ? html`<br>${t.say('changed')} ${time(t, changed.at)}: ${recorded(decisionSentence(changed, t.zone))}` : ''}
${earlier.map(({ id }) => html` · <a href="/activations/${encodeURIComponent(id)}">${id}</a>`)}</p>`;
}

function warnings(t: Tongue, found: readonly Holding[], { charge, state }: DistrictView): Html {
  if (found.length === 0) return html`<p>${t.say('nothingInForce')}</p>`;
  const last = new Map(state.decisions.map((each) => [each.warningId, each]));
  const rows = found.map(({ warning: { revision, level, sites, standing } }): Row => {
    const { warning, feeds, firstSeenAt, enteredBy } = revision;
    const said = last.get(revision.id);
    const names = [...sites.keys()].map((site) => placeName(site, charge.exam)).join('、');
    return {
      cells: [
        html`${chip(t, level)} <strong>${t.hazard(warning)}</strong>`,
        recorded(warning.issuer.name),
        time(t, warning.issuedAt ?? firstSeenAt),
        sites.size === 0 ? '0' : html`<details><summary>${sites.size}</summary>${names}</details>`,
        enteredBy ? t.say('byHand') : feeds.map(t.feed).join(t.lang === 'zh' ? '、' : ', '),
        html`${warning.expiresAt === null ? t.say('noEnd') : time(t, warning.expiresAt)}${standing === 'held' ? html`<br><em class="late">${t.say('held')}</em>` : ''}`,
        said ? recorded(decisionSentence(said, t.zone)) : '',
      ],
    };
  });
  return table(t, ['warning', 'issuer', 'issuedAt', 'affected', 'seenIn', 'validUntil', 'record'], rows);
}

function tasks(t: Tongue, { charge, activation }: DistrictView): Html {
  if (!activation || activation.endedAt !== null) return html`<p>${t.say('noTasks')}</p>`;
  const owed = owedTasks(activation);
  const tally = taskTally(activation);
  const summary = html`<p class="tally">${(['overdue', 'open', 'acknowledged', 'done'] as const).map((each) => html`<span class="${tally[each] > 0 ? each : ''}">${t.say(`task${each}`)} <b>${tally[each]}</b></span> `)}</p>`;
  if (owed.length === 0) return html`${summary}<p>${t.say('noTasks')}</p>`;
  const rows = owed.slice(0, TASKS_SHOWN_MAX).map((task): Row => {
    const state = taskState(task);
    return {
      className: state,
      cells: [
        taskName(t, task, charge.plan),
        html`${t.post(task.post)}${task.siteId === null ? '' : html` · ${placeName(task.siteId, charge.exam)}`}`,
        taskDue(t, task, charge.plan),
        html`<span class="state ${state}">${t.say(`task${state}`)}</span>`,
      ],
    };
  });
  const rest = owed.length - rows.length;
  return html`${summary}${table(t, ['task', 'post', 'due', 'state'], rows)}${rest > 0 ? html`<p><a href="/activations/${encodeURIComponent(activation.id)}#tasks">${t.say('more', { n: rest })}</a></p>` : ''}`;
}

function openNotices(t: Tongue, { charge, activation, notices, counts }: DistrictView): Html {
  const open = notices.filter((record) => !isSettled(record));
  if (open.length === 0) return html`<p>${t.say('noOpenNotices')}</p>`;
  const rows = open.map(({ notice, state, hold }): Row => {
    const { audience, ...rest } = counts.get(notice.no)!;
    const waits = hold
      ? html`<br>${t.say('waitsFor', { why: t.hold(hold.for), until: t.at(hold.until) })}`
      : '';
    const left = hold ? '' : html`<br>${t.say('pending')} ${pending({ audience, ...rest })} / ${audience}`;
    const name = html`${notice.no} ${t.kind(notice.kind)}`;
    return {
      cells: [
        html`${activation ? html`<a href="/activations/${encodeURIComponent(activation.id)}#n${notice.no}">${name}</a>` : name} ${notice.level === null ? '' : chip(t, notice.level)}`,
        recorded(audienceSentence(notice, charge.exam)),
        html`<span class="state notice-${state}">${t.say(`notice${state}`)}</span>${waits}${left}`,
        time(t, notice.deadline),
      ],
    };
  });
  return table(t, ['notices', 'to', 'state', 'deadline'], rows);
}

function deliveries(t: Tongue, { notices, counts }: DistrictView): Html {
  const tallies = tallyByKind(
    notices.filter(({ releasedAt }) => releasedAt !== null),
    counts,
  );
  if (tallies.length === 0) return html`<p>${t.say('noDeliveries')}</p>`;
  const number = (value: number): unknown =>
    value === 0 ? html`<span class="zero">0</span>` : String(value);
  const rows = tallies.map(
    ({ kind, notices: many, counts: of }): Row => ({
      cells: [
        t.kind(kind),
        String(many),
        of.audience,
        ...FATES.map((fate) => number(of[fate])),
        number(pending(of)),
      ],
    }),
  );
  return html`${table(t, ['kind', 'notices', 'audience', ...FATES, 'pending'], rows, 'numbers')}<p class="note">${t.say('countsNote')}</p>`;
}

function feedTable(t: Tongue, feeds: readonly FeedRecord[], now: number): Html {
  if (feeds.length === 0) return html`<p class="banner">${t.say('noFeeds')}</p>`;
  const at = (instant: number | null): unknown => (instant === null ? t.say('never') : time(t, instant));
  const rows = feeds.map((feed): Row => {
    const state = feedState(feed, now);
    const limit = t.say('silentLimit', { minutes: feed.silentAfterMs / MINUTE });
    return {
      className: state,
      cells: [
        html`${t.feed(feed.feed)} <small>${t.lang === 'zh' ? feed.feed : ''}</small>`,
        html`<span class="state ${state}"><span aria-hidden="true">${FEED_SYMBOLS[state]}</span> ${t.say(state)}</span>${state === 'fresh' || state === 'quiet' ? '' : lookThere(t, feed)}`,
        at(feed.lastGoodAt),
        at(feed.newestContentAt),
        why(t, feed) || '—',
        html`${t.say(feed.kind)}${feed.official ? html` · ${t.say('official')}` : ''}<br><small>${limit} · ${t.say('officeDefault')}</small>`,
      ],
    };
  });
  return table(t, ['feed', 'state', 'lastContact', 'newest', 'why', 'feedKind'], rows);
}
