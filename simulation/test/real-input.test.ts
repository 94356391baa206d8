/**
 * The main job on real input: recorded trolley runs through the real intake, a real store server, and the cart's page
 * in a real Chromium (README, "Real input"). In real time, since the clocks of dwell and silence are real; each way in
 * has carts of its own, so that the runs are played beside each other.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openChromium } from '@kairos/ui/test/chromium.ts';
import Database from 'better-sqlite3';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, type ExpectStatic, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { plugInPty } from '../replay/pty.ts';
import {
  card,
  hasRecordings,
  ignoredAfterMs,
  openRecordedHall,
  type RecordedHall,
  runCommand,
  secondTag,
  shortRun,
  unknownCard,
  wrongCard,
} from './recorded-hall.ts';

const question = 'Shall we show you what has just arrived?';
const answered = 'They hang on the east wall.';
const reminder = 'They stay until Saturday.';
/** The dwell comes six seconds into the run; a machine may be busy. */
const saidMaxMs = 60_000;

interface Row {
  readonly at: number;
  readonly type: string;
  readonly message: string | null;
  readonly place: string | null;
}

/** What the journal holds, read with SQL of this test's own. */
function facts(hall: RecordedHall): Row[] {
  const database = new Database(hall.journal, { readonly: true });
  try {
    const sql = `SELECT facts.at, type.text AS type, facts.ref AS message, place.text AS place FROM facts
       JOIN words AS type ON type.id = facts.type LEFT JOIN words AS place ON place.id = facts.place ORDER BY seq`;
    return database.prepare(sql).all() as Row[];
  } finally {
    database.close();
  }
}

/** How long each message that was first seen on this cart stood there until the store called it silent, milliseconds. */
function silenceClocks(hall: RecordedHall, cart: string): number[] {
  const heard = facts(hall);
  const shownAt = new Map(
    heard
      .filter(({ type, place }) => type === 'message.shown' && place === cart)
      .map(({ message, at }) => [message, at]),
  );
  return heard
    .filter(({ type, message }) => type === 'message.silent' && shownAt.has(message))
    .map(({ message, at }) => at - (shownAt.get(message) as number));
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
  const replayOverMqtt = (...more: string[]) => {
    const broker = `mqtt://127.0.0.1:${hall.ports.mqtt}`;
    return runCommand('simulation/replay/main.ts', shortRun, '--as', 'ingics', '--mqtt', broker, ...more);
  };
  /** She answers what is asked, and what follows from it comes. */
  const answer = async (page: Page): Promise<void> => {
    await page.getByRole('heading', { name: question }).waitFor({ timeout: saidMaxMs });
    await page.getByRole('button', { name: 'Show me where' }).click();
    await page.getByRole('heading', { name: answered }).waitFor({ timeout: saidMaxMs });
  };
  /** She does not, and what follows from that comes: exact to the second, and never early. */
  const ignore = async (page: Page, cart: string, expect: ExpectStatic): Promise<void> => {
    await page.getByRole('heading', { name: question }).waitFor({ timeout: saidMaxMs });
    await page.getByRole('heading', { name: reminder }).waitFor({ timeout: saidMaxMs });
    // What is said goes out before it is on the disk.
    await expect.poll(() => silenceClocks(hall, cart)).toHaveLength(1);
    const [clock] = silenceClocks(hall, cart);
    expect(clock).toBeGreaterThanOrEqual(ignoredAfterMs);
    expect(clock).toBeLessThan(ignoredAfterMs + 1000);
  };

  beforeAll(async () => {
    hall = await openRecordedHall();
    browser = await openChromium();
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

  test.concurrent('over MQTT as Ingics gateways: the dwell speaks on the carts; a click is answered on one, silence on the other', async ({
    expect,
  }) => {
    const answers = await openCart('cart-01');
    await answers
      .getByText(/shopping as a guest/)
      .first()
      .waitFor();
    const stays = await openCart('cart-04');
    await asGuest(stays);
    const replays = [replayOverMqtt(), replayOverMqtt('--tag', secondTag)];
    await Promise.all([answer(answers), ignore(stays, 'cart-04', expect)]);
    await Promise.all(replays.map(({ done }) => done));
    const types = facts(hall).map(({ type }) => type);
    for (const type of ['zone.entered', 'run.entered', 'message.decided', 'message.shown', 'message.answered'])
      expect(types).toContain(type);
  });

  test.concurrent('through pseudo-terminals as an ABSniffer on the cart: answered on one, silent on the other, its clock from the first paint', async ({
    expect,
  }) => {
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
      await Promise.all([answer(answers), ignore(stays, 'cart-03', expect)]);
      await Promise.all(replays.map(({ done }) => done));
    } finally {
      await Promise.all(agents.map((agent) => agent.stop()));
      await Promise.all(ptys.map((pty) => pty.unplug()));
    }
  });
});
