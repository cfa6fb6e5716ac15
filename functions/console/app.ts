/** The command office's console: server-rendered, without scripts, read-only. Names and numbers are on no page. */
import { type Context, Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import { routePath } from 'hono/route';
import { secureHeaders } from 'hono/secure-headers';
import type { Ports } from '../../shared/io/ports.ts';
import { Fault } from '../../shared/outcome.ts';
import { iso } from '../../shared/time.ts';
import { activationPage } from './activation.ts';
import { board } from './board.ts';
import { gatherActivation, gatherBoard, gatherQuarantine } from './gather.ts';
import { type Frame, page, STYLE_PATH } from './page.ts';
import { quarantinePage } from './quarantine.ts';
import { STYLE } from './style.ts';
import { LANGS, type Lang, type Tongue, tongue } from './words.ts';

/** Seconds for which a browser remembers the language: a year, the distance between two exams. */
const LANG_SECONDS = 365 * 24 * 60 * 60;

/** Zone of what belongs to no exam: the feeds and the page itself. */
const HOUSE_ZONE = 'Asia/Shanghai';

export function consoleApp(ports: Pick<Ports, 'store' | 'clock' | 'log'>): Hono {
  const app = new Hono();
  const { store, clock, log } = ports;

  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
      referrerPolicy: 'no-referrer',
    }),
  );
  app.use(async (c, next) => {
    await next();
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
  });

  app.get('/', async (c) => {
    const refresh = c.req.query('refresh') !== 'off';
    const view = await gatherBoard(ports);
    const lang = langOf(c);
    const t = tongue(lang, HOUSE_ZONE);
    return show(
      c,
      t,
      { title: t.say('board'), refresh },
      board(t, (zone) => tongue(lang, zone), view),
    );
  });

  app.get('/activations/:id', async (c) => {
    const view = await gatherActivation(ports, c.req.param('id'));
    if (!view) return c.notFound();
    const t = tongue(langOf(c), view.charge.exam.timeZone);
    return show(c, t, { title: view.activation.id }, activationPage(t, view, clock.now()));
  });

  app.get('/quarantine', async (c) => {
    const t = tongue(langOf(c), HOUSE_ZONE);
    return show(c, t, { title: t.say('quarantine') }, quarantinePage(t, await gatherQuarantine(store)));
  });

  app.get('/health', async (c) => {
    await store.query('versions', 'open', { limit: 1 });
    return c.json({ ok: true, at: iso(clock.now()) });
  });

  app.get(STYLE_PATH, (c) => {
    c.header('cache-control', 'public, max-age=31536000, immutable');
    return c.body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8' });
  });

  app.get('/favicon.ico', (c) => c.body(null, 204));

  app.notFound((c) => {
    const t = tongue(langOf(c), HOUSE_ZONE);
    const body = html`<h1>${t.say('notFound')}</h1><p>${t.say('notFoundText')}</p>`;
    c.status(404);
    // An address that is none of ours is not repeated in a link.
    return show(c, t, { title: t.say('notFound'), path: '/' }, body);
  });

  /** Whoever looks at the board when it fails must not take a blank page for calm. */
  app.onError((error, c) => {
    const where = /^\s+at (.*)$/m.exec(error.stack ?? '')?.[1] ?? null;
    // An error's message may quote data; its name and place do not.
    log('page.failed', {
      page: routePath(c),
      reason: error instanceof Fault ? error.reason : error.name,
      where,
    });
    c.status(503);
    if (c.req.path === '/health') return c.json({ ok: false, at: iso(clock.now()) });
    const t = tongue(langOf(c), HOUSE_ZONE);
    const body = html`<section class="banner"><h1>${t.say('failed')}</h1><p>${t.say('failedText')}</p></section>`;
    return show(c, t, { title: t.say('failed'), refresh: true }, body);
  });

  async function show(
    c: Context,
    t: Tongue,
    frame: Pick<Frame, 'title'> & { refresh?: boolean; path?: string },
    body: unknown,
  ): Promise<Response> {
    const { title, refresh = null, path = c.req.path } = frame;
    return c.html(await page({ t, title, refresh, now: clock.now(), path }, body));
  }

  return app;
}

/** As asked in the address (and then remembered), else as remembered, else Chinese. */
function langOf(c: Context): Lang {
  const known = (text: string | undefined): Lang | undefined => LANGS.find((each) => each === text);
  const asked = known(c.req.query('lang'));
  if (asked)
    setCookie(c, 'lang', asked, { path: '/', maxAge: LANG_SECONDS, sameSite: 'Lax', httpOnly: true });
  return asked ?? known(getCookie(c, 'lang')) ?? 'zh';
}
