/** Why: asked of a journal beside a running store, of the running store itself, and of a recorded day. */

import { get } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runWhy } from '../cli/why.ts';
import { card, type OpenStore, openStore, TestScreen } from './open-store.ts';
import { members, playSmallDay } from './shoppers.ts';
import { openSmallDay, type SmallDay } from './small-day.ts';

interface Asked {
  readonly code: number;
  readonly printed: string;
  readonly complained: string;
}

async function why(...args: string[]): Promise<Asked> {
  const printed: string[] = [];
  const complained: string[] = [];
  const code = await runWhy(
    args,
    (text) => printed.push(text),
    (text) => complained.push(text),
  );
  return { code, printed: printed.join('\n'), complained: complained.join('\n') };
}

/** As a page of another site would ask, by a name of its own that leads here. */
function statusAs(host: string, url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(`${url}/api/why`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on('error', reject);
  });
}

describe('a recorded day', () => {
  let day: SmallDay;
  beforeAll(async () => {
    day = await openSmallDay({ customers: members });
    playSmallDay(day);
    await day.settle();
  });
  afterAll(() => day?.close());

  test('says when, where, on what ground, against whom and with what ending, in the order of the day', async () => {
    const subject = String(day.subjectOf(members[0] as string));
    const { code, printed } = await why('--data', day.data, '--subject', subject, '--dialogue', 'suit-dwell');
    expect(code).toBe(0);
    expect(printed).toMatch(
      /^2026-11-20 09:30:45 {2}suit-dwell “Suits in your size”, step greet, on cart-01 \(cart\)\n {2}to +subject \d+, known by her card or PIN, here since 09:30:00, in Suits for 25 s\n/,
    );
    expect(printed).toMatch(/because +she had been in Suits for 25 s \(fact \d+\)\n/);
    expect(printed).toMatch(/ended +seen after 0 ms; answered “showMe” 3 s later/);
    expect(printed.indexOf('step greet')).toBeLessThan(printed.indexOf('step shown'));
    expect(printed).toContain('she answered “showMe”');
  });

  test('an answer that was not given is told as the silence it was', async () => {
    const { printed } = await why('--data', day.data, '--dialogue', 'suit-dwell', '--limit', '100');
    expect(printed).toContain('she walked away from it');
    expect(printed).toContain('she let it pass');
  });

  test('a later message tells how she had come into its dialogue', async () => {
    const { printed } = await why('--data', day.data, '--dialogue', 'first-shoes', '--limit', '100');
    expect(printed).toMatch(
      /step care[\s\S]*she showed who she is at cart-02 \(fact \d+\); she had entered at 2026-11-20 \d\d:\d\d:\d\d \(release 1\): she bought for 25\.00 EUR at till-1/,
    );
  });

  test('times bound what is told, and --json is one object', async () => {
    const all = JSON.parse((await why('--data', day.data, '--json', '--limit', '100')).printed);
    expect(all).toMatchObject({ name: 'why', figures: [{ name: 'decisions', value: all.decisions.length }] });
    const at = all.decisions[3].at as number;
    const iso = new Date(at).toISOString();
    const { printed } = await why('--data', day.data, '--json', '--since', iso, '--until', iso);
    expect(JSON.parse(printed).decisions.map((one: { at: number }) => one.at)).toEqual([at]);
  });

  test('--shopper: one line for each, in her language', async () => {
    const { printed } = await why('--data', day.data, '--dialogue', 'suit-dwell', '--limit', '2', '--shopper');
    expect(printed).toMatch(/^2026-11-20 \S+ {2}Weil Sie sich seit einer Weile bei „Suits“ umsehen\.\n/);
  });

  test('what cannot be answered is said, with exit 1', async () => {
    expect(await why('--data', day.folder)).toMatchObject({
      code: 1,
      complained: expect.stringContaining('no journal'),
    });
    expect(await why()).toMatchObject({ code: 1, complained: expect.stringContaining('--data') });
    expect(await why('--data', day.data, '--customer', '123')).toMatchObject({ code: 1 });
    expect(await why('--data', day.data, '--since', 'yesterday')).toMatchObject({ code: 1 });
    expect((await why('--data', day.data, '--dialogue', 'no-such')).printed).toContain('Nothing was said');
  });
});

describe('a running store', () => {
  let store: OpenStore;
  let screen: TestScreen;
  beforeAll(async () => {
    store = await openStore();
    screen = new TestScreen(store.running.httpPort, { screen: 'cart-1', epoch: 'page-of-why' });
    await screen.until(() => screen.view !== null);
    screen.say('identity.presented', { cart: 'cart-1', means: 'scanned', number: card });
    await screen.until(() => screen.view?.shopper?.strength === 'strong');
    screen.say('zone.entered', { cart: 'cart-1', zone: 'suits', confidence: 900 });
    await screen.until(() => screen.view?.message !== null);
    const last = screen.say('message.shown', { message: screen.view?.message?.id, screen: 'cart-1' });
    await screen.until(() => screen.acks.some(({ upTo }) => upTo >= last));
  });
  afterAll(async () => {
    screen?.close();
    await store?.close();
  });

  test('the cart itself says why, in her language', () => {
    expect(screen.view?.message?.why).toBe('Weil Sie sich seit einer Weile bei „Suits“ umsehen.');
  });

  test('her loyalty number finds her, beside the running store, and is printed nowhere', async () => {
    const { code, printed, complained } = await why('--config', join(store.folder, 'store.yaml'), '--customer', card);
    expect({ code, complained }).toEqual({ code: 0, complained: '' });
    expect(printed).toMatch(
      /suits “Suits”, step ask, on cart-1[\s\S]*she had been in Suits for [\d.]+ s[\s\S]*ended +seen after/,
    );
    const refused = await why('--config', join(store.folder, 'store.yaml'), '--customer', `${card}1`);
    expect(refused.code).toBe(1);
    expect(`${printed}${refused.printed}${refused.complained}`).not.toContain(card);
  });

  test('its memory is asked on this machine alone', async () => {
    const url = `http://127.0.0.1:${store.running.httpPort}`;
    const { code, printed } = await why('--live', url, '--dialogue', 'suits');
    expect(code).toBe(0);
    expect(printed).toMatch(/subject \d+: suits\/ask \(worth .*\) was said, message [0-9a-f]+/);
    expect(await statusAs('kairos.example', url)).toBe(401);
    expect(await statusAs('127.0.0.1', url)).toBe(200);
    expect((await fetch(`${url}/api/why?limit=0`)).status).toBe(400);
  });

  test('a decision not to speak stands there with what stopped it', async () => {
    // Once a visit is all that its author allows.
    screen.say('message.answered', { message: screen.view?.message?.id, answer: 'notToday', screen: 'cart-1' });
    await screen.until(() => screen.view?.message === null);
    screen.say('zone.entered', { cart: 'cart-1', zone: 'shoes', confidence: 900 });
    await screen.until(() => screen.view?.zone === 'shoes');
    screen.say('zone.entered', { cart: 'cart-1', zone: 'suits', confidence: 900 });
    await screen.until(() => screen.view?.zone === 'suits');
    const url = `http://127.0.0.1:${store.running.httpPort}`;
    let printed = '';
    while (!printed.includes('as often as it may in one visit')) ({ printed } = await why('--live', url));
    expect(printed).toMatch(
      /subject \d+: nothing was said\n {2}suits\/ask: it has spoken as often as it may in one visit/,
    );
  });

  test('a store that is not there is said', async () => {
    expect(await why('--live', 'http://127.0.0.1:1')).toMatchObject({
      code: 1,
      complained: expect.stringContaining('does not answer'),
    });
    expect(await why('--live', 'store')).toMatchObject({ code: 1, complained: expect.stringContaining('no address') });
  });
});
