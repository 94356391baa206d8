/**
 * The main job on real input: recorded trolley runs through the real intake, a real store server, and the cart's page
 * in a real Chromium (README, "Real input"). In real time, since the clocks of dwell and silence are real.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { plugInPty } from '../replay/pty.ts';
import {
  card,
  hasRecordings,
  ignoredAfterMs,
  openRecordedHall,
  type RecordedHall,
  runCommand,
  shortRun,
  unknownCard,
  wrongCard,
} from './recorded-hall.ts';

const question = 'Shall we show you what has just arrived?';
const answered = 'They hang on the east wall.';
const reminder = 'They stay until Saturday.';
const chromiumFlags =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

interface Row {
  readonly seq: number;
  readonly at: number;
  readonly type: string;
  readonly message: string | null;
}

/** What the journal holds, read with SQL of this test's own. */
function facts(hall: RecordedHall): Row[] {
  const database = new Database(hall.journal, { readonly: true });
  try {
    const sql =
      'SELECT facts.seq, facts.at, words.text AS type, facts.ref AS message FROM facts JOIN words ON words.id = facts.type ORDER BY seq';
    return database.prepare(sql).all() as Row[];
  } finally {
    database.close();
  }
}

async function keyIn(page: Page, digits: string): Promise<void> {
  await page.getByRole('button', { name: 'Start shopping' }).click();
  for (const digit of digits) await page.getByRole('button', { name: digit, exact: true }).click();
  await page.getByRole('button', { name: 'Go on' }).click();
}

async function asGuest(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start shopping' }).click();
  await page.getByRole('button', { name: /guest/i }).click();
}

describe.skipIf(!hasRecordings)('recorded trolley runs', () => {
  let hall: RecordedHall;
  let browser: Browser;

  const openCart = async (cart: string): Promise<Page> => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
    await page.goto(`http://127.0.0.1:${hall.ports.http}/cart/?cart=${cart}`);
    return page;
  };
  const replayOverMqtt = () =>
    runCommand(
      'simulation/replay/main.ts',
      shortRun,
      '--as',
      'ingics',
      '--mqtt',
      `mqtt://127.0.0.1:${hall.ports.mqtt}`,
    );

  beforeAll(async () => {
    hall = await openRecordedHall();
    browser = await chromium.launch({
      executablePath: process.env.KAIROS_CHROMIUM ?? '/usr/bin/chromium',
      args: chromiumFlags.split(' '),
    });
  });
  afterAll(async () => {
    await browser?.close();
    await hall?.close();
  });

  test('a wrong check digit is refused in words; an unknown number shops as a guest', async () => {
    const page = await openCart('cart-01');
    await keyIn(page, wrongCard);
    await page.getByText('That number has a wrong digit. Check the last four.').waitFor();
    await page.reload();
    await keyIn(page, unknownCard);
    await page
      .getByText(/shopping as a guest/)
      .first()
      .waitFor();
    expect(facts(hall).map(({ type }) => type)).toContain('visit.opened');
    await page.close();
  });

  test('over MQTT as Ingics gateways: the dwell speaks on the cart, a click answers, and the answer’s step follows', async () => {
    const page = await openCart('cart-01');
    await page
      .getByText(/shopping as a guest/)
      .first()
      .waitFor();
    const replay = replayOverMqtt();
    await page.getByRole('heading', { name: question }).waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Show me where' }).click();
    await page.getByRole('heading', { name: answered }).waitFor({ timeout: 10_000 });
    await replay.done;
    const types = facts(hall).map(({ type }) => type);
    for (const type of ['zone.entered', 'run.entered', 'message.decided', 'message.shown', 'message.answered'])
      expect(types).toContain(type);
    await page.close();
  });

  test('through pseudo-terminals as an ABSniffer on the cart: answered on one, silent on the other, its clock from the first paint', async () => {
    const ptys = await Promise.all(['cart-02', 'cart-03'].map((cart) => plugInPty(hall.folder, cart)));
    const agents = ptys.map(({ devicePath }, index) => {
      const cart = `cart-0${index + 2}`;
      const config = join(hall.folder, `${cart}.yaml`);
      const readers = [{ name: 'beacons', kind: 'absniffer', path: devicePath }];
      writeFileSync(
        config,
        stringify({
          device: cart,
          store: { url: `mqtt://127.0.0.1:${hall.ports.mqtt}` },
          state: `${cart}-state`,
          readers,
        }),
      );
      return runCommand('edge-agent/main.ts', '--config', config);
    });
    try {
      const [answers, stays] = (await Promise.all([openCart('cart-02'), openCart('cart-03')])) as [Page, Page];
      await keyIn(answers, card);
      await asGuest(stays);
      const replays = ptys.map(({ cablePath }) =>
        runCommand('simulation/replay/main.ts', shortRun, '--as', 'absniffer', '--port', cablePath),
      );
      const from = facts(hall).length;
      await answers.getByRole('heading', { name: question }).waitFor({ timeout: 30_000 });
      await answers.getByRole('button', { name: 'Show me where' }).click();
      await answers.getByRole('heading', { name: answered }).waitFor({ timeout: 10_000 });
      await stays.getByRole('heading', { name: reminder }).waitFor({ timeout: 30_000 });
      await Promise.all(replays.map(({ done }) => done));
      const heard = facts(hall).slice(from);
      const shownAt = new Map(
        heard.filter(({ type }) => type === 'message.shown').map(({ message, at }) => [message, at]),
      );
      const clocks = heard
        .filter(({ type, message }) => type === 'message.silent' && shownAt.has(message))
        .map(({ message, at }) => at - (shownAt.get(message) as number));
      // Exact to the second, and never early.
      expect(clocks).toHaveLength(1);
      expect(clocks[0]).toBeGreaterThanOrEqual(ignoredAfterMs);
      expect(clocks[0]).toBeLessThan(ignoredAfterMs + 1000);
    } finally {
      await Promise.all(agents.map((agent) => agent.stop()));
      await Promise.all(ptys.map((pty) => pty.unplug()));
    }
  });

  test('the same with no answer over MQTT: the silence step follows', async () => {
    const page = await openCart('cart-01');
    await page.getByRole('button', { name: 'More' }).click();
    await page
      .getByRole('button', { name: /log out|finish|end/i })
      .first()
      .click();
    await page.getByRole('button', { name: 'Start shopping' }).waitFor({ timeout: 30_000 });
    await asGuest(page);
    const replay = replayOverMqtt();
    await page.getByRole('heading', { name: question }).waitFor({ timeout: 30_000 });
    await page.getByRole('heading', { name: reminder }).waitFor({ timeout: 15_000 });
    await replay.done;
    await page.close();
  });
});
