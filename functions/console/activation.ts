/** One activation from its record: what happened in order, the tasks, and each notice with its text and its fate. */
import { html } from 'hono/html';
import type { ChainEvent, Effect } from '../../shared/activation/events.ts';
import { eventsOf, openedBy, pending, samplePlace } from '../../shared/activation/review.ts';
import {
  audienceSentence,
  decisionSentence,
  effectSentence,
  placeName,
} from '../../shared/activation/sentence.ts';
import { type NoticeRecord, taskState, tasksOf } from '../../shared/activation/state.ts';
import { type Counts, FATES } from '../../shared/notice/notice.ts';
import { renderNotice } from '../../shared/notice/render.ts';
import type { StepId } from '../../shared/plan/plan.ts';
import { MINUTE } from '../../shared/time.ts';
import type { ActivationView } from './gather.ts';
import { chip, facts, type Html, type Row, recorded, section, table, time } from './page.ts';
import { taskDue, taskName } from './task.ts';
import { timeline } from './timeline.ts';
import type { Tongue } from './words.ts';

/** Effects of an event shown at once; one decision over many sites has dozens alike, which open on demand. */
const EFFECTS_SHOWN = 4;

export function activationPage(t: Tongue, view: ActivationView, now: number): Html {
  const { charge, state, activation, notices, counts } = view;
  const { versions, endedAt } = activation;
  const because = openedBy(state, activation);
  const happened = eventsOf(view.events, activation.id);
  const last = happened.at(-1);
  return html`<article class="district">
<h1>${t.say('activation')} ${activation.id} <small>${charge.exam.name} · ${charge.district.name}</small></h1>
${facts([
  [t.say('highest'), endedAt === null ? chip(t, activation.level) : t.say('ended')],
  [t.say('opened'), time(t, activation.openedAt)],
  ...(endedAt === null ? [] : [[t.say('ended'), time(t, endedAt)] as [string, Html]]),
  [t.say('openedBy'), because ? recorded(decisionSentence(because, t.zone)) : ''],
  [
    t.say('versions'),
    recorded(
      `考试数据 ${versions.exam} · 预案 ${versions.plan} · 名册 ${versions.roster} · 模板 ${versions.templates}`,
    ),
  ],
])}
${section('levels', t.say('levelsOverTime'), levels(t, view, now))}
${section('review', t.say('review'), review(t, view))}
${section('tasks', `${t.say('tasks')} (${tasksOf(activation).length})`, taskTable(t, view))}
${section('events', `${t.say('events')} (${happened.length})`, eventList(t, view, happened))}
${section('notices', `${t.say('notices')} (${notices.length})`, html`<p class="note">${t.say('countsNote')}</p>${notices.map((record) => noticeCard(t, view, record, counts.get(record.notice.no)!))}`)}
<p class="head">${t.say('head', { seq: last?.seq ?? state.seq, hash: state.hash.slice(0, 12) })}</p>
</article>`;
}

function levels(t: Tongue, { charge, activation }: ActivationView, now: number): Html {
  const { levels: all, openedAt, endedAt } = activation;
  return html`${timeline(t, all, charge.exam.sessions, openedAt, endedAt ?? now)}
<ol class="levels">${all.map(({ at, level }) => html`<li>${time(t, at)} ${chip(t, level)}</li>`)}</ol>`;
}

/** What was expected beside what came of it. */
function review(t: Tongue, { figures }: ActivationView): Html {
  const span = (ms: number | null): string =>
    ms === null ? '—' : t.say('minutes', { n: Math.round(ms / MINUTE) });
  const { tasks, acknowledged, medianToAcknowledge, gaps } = figures;
  const median = span(medianToAcknowledge);
  const rows = gaps.map(
    ({ step, title, tasks: all, late, undone, worst }): Row => ({
      className: late > 0 ? 'overdue' : 'open',
      cells: [title ?? t.kind(step as StepId), all, late, undone, span(worst)],
    }),
  );
  return html`${facts([
    ...(['warningToActivation', 'activationToFirstSms', 'activationToLastSms'] as const).map(
      (name): [string, string] => [t.say(name), span(figures[name])],
    ),
    [t.say('acknowledged'), t.say('acknowledgements', { n: acknowledged, tasks, median })],
    [t.say('late'), String(figures.late)],
  ])}${rows.length > 0 ? table(t, ['task', 'tasks', 'late', 'undone', 'worst'], rows) : ''}`;
}

function taskTable(t: Tongue, { charge, activation }: ActivationView): Html {
  const at = (instant: number | null): unknown => (instant === null ? '—' : time(t, instant));
  const inOrder = tasksOf(activation).sort((a, b) => a.openedAt - b.openedAt || a.dueAt - b.dueAt);
  const rows = inOrder.map((task): Row => {
    const state = taskState(task);
    return {
      className: state,
      cells: [
        taskName(t, task, charge.plan),
        t.post(task.post),
        task.siteId === null ? '—' : placeName(task.siteId, charge.exam),
        chip(t, task.level),
        taskDue(t, task, charge.plan),
        at(task.acknowledgedAt),
        at(task.doneAt),
        html`<span class="state ${state}">${t.say(`task${state}`)}</span>`,
      ],
    };
  });
  return table(t, ['task', 'post', 'site', 'level', 'due', 'acknowledged', 'done', 'state'], rows);
}

/** Days as headings, so that each line needs only the time of day. */
function eventList(t: Tongue, view: ActivationView, happened: readonly ChainEvent[]): Html {
  const byDay = Map.groupBy(happened, ({ at }) => t.day(at));
  return html`${[...byDay].map(
    ([day, events]) =>
      html`<h4>${day}</h4><ol class="events">${events.map((event) => eventItem(t, view, event))}</ol>`,
  )}`;
}

function eventItem(t: Tongue, { charge }: ActivationView, { seq, at, by, effects }: ChainEvent): Html {
  const line = (effect: Effect): Html =>
    html`<li class="effect ${effect.kind}">${recorded(effectSentence(effect, charge.exam))}${evidence(t, effect)}</li>`;
  const rest = effects.slice(EFFECTS_SHOWN);
  return html`<li id="e${seq}"><p class="when">${time(t, at, 'clock')} <small>${by === 'system' ? t.say('system') : by} · #${seq}</small></p>
<div><ul>${effects.slice(0, EFFECTS_SHOWN).map(line)}</ul>
${rest.length > 0 ? html`<details><summary>${t.say('moreEffects', { n: rest.length })}</summary><ul>${rest.map(line)}</ul></details>` : ''}</div></li>`;
}

function evidence(t: Tongue, effect: Effect): Html | '' {
  if (effect.kind !== 'reason' || effect.warningId === null) return '';
  const { feeds = [], hoursToFirst } = effect.evidence;
  const parts = [
    effect.reason,
    effect.warningId,
    feeds.map(t.feed).join(' '),
    hoursToFirst === undefined ? '' : t.say('hoursToFirst', { n: hoursToFirst }),
  ];
  return html` <small class="evidence">${t.say('evidence')}: ${parts.filter((part) => part !== '').join(' · ')}</small>`;
}

function noticeCard(
  t: Tongue,
  { charge }: ActivationView,
  { notice, state, hold }: NoticeRecord,
  counts: Counts,
): Html {
  const place = samplePlace(notice);
  const waits = hold ? ` · ${t.say('waitsFor', { why: t.hold(hold.for), until: t.at(hold.until) })}` : '';
  const shown = (['audience', ...FATES] as const).filter(
    (fate) => fate === 'audience' || fate === 'delivered' || counts[fate] > 0,
  );
  const perSite = place !== null && Object.keys(notice.siteSlots).length > 0;
  const text = renderNotice(notice, place, charge.exam);
  return html`<article class="notice" id="n${notice.no}">
<h4>${notice.no} ${t.kind(notice.kind)} ${notice.level === null ? '' : chip(t, notice.level)} <span class="state notice-${state}">${t.say(`notice${state}`)}</span>${waits}
<small>${recorded(audienceSentence(notice, charge.exam))}${perSite ? ` · ${t.say('sample', { site: placeName(place, charge.exam) })}` : ''}</small></h4>
<blockquote lang="zh-CN">${text}</blockquote>
<p class="tally">${shown.map((fate) => html`<span class="${fate}">${t.say(fate)} <b>${counts[fate]}</b></span> `)}${pending(counts) > 0 ? html`<span>${t.say('pending')} <b>${pending(counts)}</b></span> ` : ''}<small>${t.say('createdAt')} ${time(t, notice.createdAt)} · ${t.say('deadline')} ${time(t, notice.deadline)} · ${t.say('clause')} ${notice.clause} · ${t.say('approvedBy')} ${notice.approvedBy ?? t.say('nobody')} · ${notice.template}</small></p>
</article>`;
}
