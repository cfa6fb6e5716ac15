/** Levels over time as a drawing; the table beside it says the same, so the drawing is hidden from readers aloud. */
import { html } from 'hono/html';
import type { Activation } from '../../shared/activation/state.ts';
import type { Session } from '../../shared/plan/exam.ts';
import { atMinute, civil, HOUR } from '../../shared/time.ts';
import { rank } from '../../shared/warning/warning.ts';
import type { Html } from './page.ts';
import type { Tongue } from './words.ts';

const WIDTH = 1000;
const HEIGHT = 130;
/** Heights of the drawing: levels stand on the ground line, sessions hang below it. */
const GROUND = 96;
const STEP = 20;

export function timeline(
  t: Tongue,
  levels: Activation['levels'],
  sessions: readonly Session[],
  openedAt: number,
  until: number,
): Html {
  const from = openedAt;
  const to = Math.max(until, from + HOUR);
  const x = (at: number): number =>
    Math.round(((Math.min(Math.max(at, from), to) - from) / (to - from)) * WIDTH);
  const bars = levels.map(({ at, level }, index) => {
    const end = levels[index + 1]?.at ?? to;
    const height = rank(level) * STEP;
    return html`<rect class="${level ?? 'none'}" x="${x(at)}" y="${GROUND - height}" width="${Math.max(1, x(end) - x(at))}" height="${height}"></rect>`;
  });
  const papers = sessions
    .filter((session) => session.endsAt > from && session.startsAt < to)
    .map(
      (session) =>
        html`<rect class="paper" x="${x(session.startsAt)}" y="${GROUND + 3}" width="${Math.max(2, x(session.endsAt) - x(session.startsAt))}" height="9"></rect>`,
    );
  const days: Html[] = [];
  for (let day = atMinute(from, 0, t.zone, 1); day < to; day = atMinute(day, 0, t.zone, 1)) {
    const { month, day: date } = civil(day, t.zone);
    days.push(
      html`<line x1="${x(day)}" x2="${x(day)}" y1="8" y2="${GROUND + 12}"></line><text x="${x(day) + 5}" y="${HEIGHT - 6}">${month}/${date}</text>`,
    );
  }
  return html`<svg class="timeline" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true">${days}${bars}${papers}<line class="ground" x1="0" x2="${WIDTH}" y1="${GROUND}" y2="${GROUND}"></line></svg>`;
}
