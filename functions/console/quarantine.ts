/** What could not be read, with its raw text: a person decides whether it is a warning. */
import { html } from 'hono/html';
import { CATALOGUE } from '../../shared/warning/catalogue.ts';
import type { FeedId } from '../../shared/warning/warning.ts';
import { QUARANTINE_SHOWN_MAX, type Quarantined } from './gather.ts';
import { facts, type Html, section, time } from './page.ts';
import type { Tongue } from './words.ts';

export function quarantinePage(t: Tongue, waiting: ReadonlyMap<FeedId, Quarantined[]>): Html {
  const heading = html`<h1>${t.say('quarantine')}</h1>`;
  if (waiting.size === 0) return html`${heading}<p>${t.say('nothingWaiting')}</p>`;
  return html`${heading}<p>${t.say('quarantineIntro')}</p>${[...waiting].map(([feed, items]) =>
    section(feed, `${t.feed(feed)} (${items.length})`, list(t, feed, items)),
  )}`;
}

function list(t: Tongue, feed: FeedId, items: readonly Quarantined[]): Html {
  const { page } = CATALOGUE[feed];
  return html`${page ? html`<p><a href="${page}" rel="noreferrer">${t.say('lookYourself')}</a></p>` : ''}
${items.length === QUARANTINE_SHOWN_MAX ? html`<p>${t.say('onlyFirst', { n: QUARANTINE_SHOWN_MAX })}</p>` : ''}
${items.map(
  (item) =>
    html`<article class="notice">${facts([
      [t.say('firstSeen'), time(t, item.firstSeenAt)],
      [t.say('path'), html`<code>${item.path}</code>`],
    ])}<pre>${item.raw}</pre></article>`,
)}`;
}
