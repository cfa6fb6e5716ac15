/** One journey through the console in a real browser: what a parser of markup cannot see. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consoleApp } from '../functions/console/app.ts';
import { ACTIVATION, story } from './console-room.ts';

const EXECUTABLE = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)))
  .find(existsSync);

/** Where tests are the gate a missing browser is a failure; on somebody's own machine it is reported as skipped. */
const LEFT_OUT = EXECUTABLE === undefined && !process.env.CI;

/** Runs in the page, so it is a text here: Node's types know no document. */
const FAINT = readFileSync(new URL('console-contrast.mjs', import.meta.url), 'utf8');

const WIDTHS = { wall: 1280, phone: 390 };

describe.skipIf(LEFT_OUT)('the console in a browser', () => {
  let browser: Browser;
  let server: Server;
  let base: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    const app = consoleApp((await story('20T22:40')).ports);
    server = createServer(async (request, response) => {
      const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]);
      const answer = await app.request(`http://${request.headers.host}${request.url}`, { headers });
      response.writeHead(answer.status, [...answer.headers].flat());
      response.end(Buffer.from(await answer.arrayBuffer()));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({ executablePath: EXECUTABLE ?? 'chromium', args: ['--no-sandbox'] });
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  async function visit(path: string, width: number, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height: 844 }, colorScheme });
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(base + path);
    return page;
  }

  test('An officer on a phone sees the level first, follows it to the record, and reads what was sent.', async () => {
    const page = await visit('/', WIDTHS.phone);
    expect(await page.locator('.chip.large').innerText()).toBe('橙色');
    const box = await page.locator('.chip.large').boundingBox();
    expect(box!.y + box!.height).toBeLessThan(844);
    await page.locator('.because a').first().click();
    expect(page.url()).toBe(`${base}/activations/${ACTIVATION}`);
    await page.locator('#n0001').scrollIntoViewIfNeeded();
    expect(await page.locator('#notices ~ .notice blockquote').first().innerText()).toContain(
      '【泉州市司法局】',
    );
    await page.getByText('English').click();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.getByRole('link', { name: 'Board' }).click();
    expect(await page.locator('.hero h2').innerText()).toBe('Highest signal in force');
    await page.close();
  });

  test('A person without a mouse gets to the content with the first key.', async () => {
    const page = await visit('/?refresh=off', WIDTHS.wall);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.getAttribute("href")')).toBe('#main');
    await page.close();
  });

  test('A table is a table to those who hear it, also where a phone shows it as cards.', async () => {
    for (const width of Object.values(WIDTHS)) {
      const page = await visit('/?refresh=off', width);
      expect(await page.getByRole('table').count()).toBe(4);
      expect(await page.getByRole('columnheader', { name: '有效至' }).count()).toBe(1);
      expect(await page.getByRole('rowheader', { name: '考生提醒' }).count()).toBe(1);
      await page.close();
    }
  });

  test('What a hostile entry of a feed says is shown and does nothing.', async () => {
    const page = await visit('/quarantine', WIDTHS.wall);
    expect(await page.locator('pre').innerText()).toContain('<script>');
    expect(await page.title()).not.toBe('taken');
    await page.close();
  });

  test.each(['/?refresh=off', '/quarantine', `/activations/${ACTIVATION}`])(
    '%s fits the phone and the wall, and every word stands out from its ground by day and by night.',
    async (path) => {
      for (const width of Object.values(WIDTHS)) {
        for (const scheme of ['light', 'dark'] as const) {
          const page = await visit(path, width, scheme);
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
          expect(await page.evaluate(FAINT)).toEqual([]);
          await page.close();
        }
      }
    },
  );

  test('The browser had nothing to complain of: no refused style, no error, no missing file.', () => {
    expect(complaints).toEqual([]);
  });
});
