/** The frame of every page and its small parts: chips, times, tables. Nothing is told by colour alone. */
import { html, raw } from 'hono/html';
import { digest } from '../../shared/activation/seal.ts';
import { iso } from '../../shared/time.ts';
import type { Level } from '../../shared/warning/warning.ts';
import { STYLE } from './style.ts';
import type { Tongue, Word } from './words.ts';

export type Html = ReturnType<typeof html>;

/** Named after its content, so that a browser may keep it for good. */
export const STYLE_PATH = `/style-${digest(STYLE).slice(0, 12)}.css`;

/** Seconds between two looks at the board: a raise is on the screen long before anybody could act on it. */
export const REFRESH_SECONDS = 15;

export interface Frame {
  t: Tongue;
  title: string;
  /** Domain time at which the page was made. */
  now: number;
  /** Address of this page, for the switches. */
  path: string;
  /** Whether the page loads itself again; null where it never does. */
  refresh: boolean | null;
}

export function page({ t, title, now, path, refresh }: Frame, body: unknown): Html {
  const other = t.lang === 'zh' ? 'en' : 'zh';
  const head = html`${refresh ? html`<meta http-equiv="refresh" content="${REFRESH_SECONDS}">` : ''}
<link rel="stylesheet" href="${STYLE_PATH}">`;
  const top = html`<a class="skip" href="#main">${t.say('skip')}</a>
<header class="top">
<a class="brand" href="/"><strong>${t.say('brand')}</strong> <span>${t.say('subtitle')}</span></a>
<nav aria-label="${t.say('board')}">
<a href="/"${path === '/' ? html` aria-current="page"` : ''}>${t.say('board')}</a>
<a href="/quarantine"${path === '/quarantine' ? html` aria-current="page"` : ''}>${t.say('quarantine')}</a>
<a href="${path}?lang=${other}" lang="${other === 'zh' ? 'zh-CN' : 'en'}" hreflang="${other === 'zh' ? 'zh-CN' : 'en'}">${other === 'zh' ? '中文' : 'English'}</a>
</nav>
<p class="clock"><span>${t.say('rendered')}</span> ${time(t, now, 'full')}${refreshing(t, path, refresh)}</p>
</header>`;
  return whole(t, title, head, html`${top}\n<main id="main">\n${body}\n</main>`);
}

/** A page that stands by itself, to be kept as a file or printed. */
export function document(t: Tongue, title: string, body: unknown): Html {
  return whole(t, title, html`<style>${raw(STYLE)}</style>`, html`<main>\n${body}\n</main>`);
}

function whole(t: Tongue, title: string, head: Html, body: Html): Html {
  return html`<!doctype html>
<html lang="${t.lang === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${t.say('title')}</title>
${head}
</head>
<body>
${body}
</body>
</html>`;
}

function refreshing(t: Tongue, path: string, refresh: boolean | null): Html | '' {
  if (refresh === null) return '';
  return refresh
    ? html`<small>${t.say('refreshing', { seconds: REFRESH_SECONDS })} · <a href="${path}?refresh=off">${t.say('hold')}</a></small>`
    : html`<small class="late">${t.say('notRefreshing')} · <a href="${path}">${t.say('resume')}</a></small>`;
}

/** Colour and word; `none` says so. */
export function chip(t: Tongue, level: Level | null, size: 'small' | 'large' = 'small'): Html {
  return html`<span class="chip ${level ?? 'none'} ${size}">${t.level(level)}</span>`;
}

/** An instant in the exam's zone: its time of day, with the date, or in full to the second. */
export function time(t: Tongue, at: number, as: 'clock' | 'date' | 'full' = 'date'): Html {
  const exact = iso(at, t.zone);
  const shown = { clock: exact.slice(11, 16), date: t.at(at), full: exact.slice(0, 19).replace('T', ' ') };
  return html`<time datetime="${exact}">${shown[as]}</time>`;
}

/** A text of the record: Chinese in either language. */
export function recorded(text: string): Html {
  return html`<span lang="zh-CN">${text}</span>`;
}

export interface Row {
  cells: unknown[];
  className?: string;
}

/**
 * A table whose first column heads its rows. On a phone each row becomes a card and each cell names its column, so
 * the roles are written out: a table shown as blocks would lose them.
 */
export function table(t: Tongue, heads: Word[], rows: Row[], className = ''): Html {
  const words = heads.map((head) => t.say(head));
  const cell = (content: unknown, index: number): Html =>
    index === 0
      ? html`<th scope="row" role="rowheader">${content}</th>`
      : html`<td role="cell" data-head="${words[index]}">${content}</td>`;
  return html`<div class="scroll"><table role="table" class="${className}">
<thead role="rowgroup"><tr role="row">${words.map((word) => html`<th scope="col" role="columnheader">${word}</th>`)}</tr></thead>
<tbody role="rowgroup">${rows.map(({ cells, className: of = '' }) => html`<tr role="row" class="${of}">${cells.map(cell)}</tr>`)}</tbody>
</table></div>`;
}

export function section(id: string, heading: unknown, body: unknown, className = ''): Html {
  return html`<section class="${className}" aria-labelledby="${id}"><h3 id="${id}">${heading}</h3>${body}</section>`;
}

/** Label and value; an empty value shows as a dash. */
export function facts(entries: [label: string, value: unknown][]): Html {
  return html`<dl class="facts">${entries.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value || '—'}</dd></div>`)}</dl>`;
}
