/**
 * Handhelds at a whole store, over real sockets: of two who take the same task at once one has it, what nobody takes goes
 * further, and who was away comes back right.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { handheldNamespace } from '@kairos/protocol/handheld-events.ts';
import type { Update } from '@kairos/protocol/screen-events.ts';
import { io } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { TaskBook } from '../tasks/task-book.ts';
import { type OpenStore, openStore, TestScreen } from './open-store.ts';
import { crew, signIn } from './signed-in.ts';
import { TestHandheld } from './test-handheld.ts';

/** Each a pair of associates and a cart: pairs race beside each other. */
const lanes = 3;
const rounds = 1_000;
const racers = Array.from({ length: 2 * lanes }, (_, at) => ({
  badge: `50${at}0`,
  pin: `3141${at}9`,
  id: `racer-${at}`,
  name: `Racer ${at}`,
  role: 'associate',
  locale: 'en',
}));
const staff = [...Object.values(crew), ...racers].map(({ pin: _, ...member }) => member);

const advice = `dialogue: advice
title: Advice
type: III
objective: { on: sale, within: 7d, value: 40 }
holdout: 0%
enter:
  - { dwell: suits, for: 1s }
steps:
  bring:
    say:
      handheld:
        to: { role: floor, claimWithin: 8s, else: sorry }
        text: { en: "Show the new suits", de: "Neue Anzüge zeigen" }
        know: { en: "She looks at the rail." }
      validFor: 5m
      answers:
        shown: { label: { en: "Shown" }, positive: true, then: end }
        cannot: { label: { en: "Can't now" }, then: end }
      silence: { never-shown: sorry, ignored: sorry, walked-away: end, acted-elsewhere: end }
  sorry:
    say:
      cart: { moment: any, text: { en: "Nobody is free just now. Look around?" } }
      validFor: 5m
      answers: { yes: { label: { en: "Yes" }, then: end } }
      silence: { never-shown: end, ignored: end, walked-away: end, acted-elsewhere: end }
`;

/** What handhelds said and nobody understood. */
async function refusedHere(): Promise<string[]> {
  const { rejected } = (await store.get('/api/rejected?limit=50')) as { rejected: { by: string; reason: string }[] };
  return rejected.flatMap(({ by, reason }) => (by === 'handheld' ? [reason] : [])).toSorted();
}

let store: OpenStore;
let base: string;
const open: { close(): unknown }[] = [];

function keep<Thing extends { close(): unknown }>(thing: Thing): Thing {
  open.push(thing);
  return thing;
}

let pages = 0;
/** With a guest who has just come, and who is gone after the test. */
async function cart(id: string): Promise<TestScreen> {
  pages += 1;
  const screen = new TestScreen(store.running.httpPort, { screen: id, epoch: `handhelds-page-${pages}` });
  keep({
    close: async () => {
      screen.say('identity.dropped', { cart: id, reason: 'logout' });
      if (screen.socket.connected) await screen.until(() => screen.view?.phase !== 'shopping');
      screen.close();
    },
  });
  await screen.until(() => screen.view !== null && screen.view.phase !== 'shopping');
  screen.say('identity.presented', { cart: id, means: 'guest' });
  await screen.until(() => screen.view?.phase === 'shopping');
  return screen;
}

/** Of those who have signed in, so that nobody is left on duty for the next. */
const cookies: string[] = [];

async function handheld(who: { badge: string; pin: string }): Promise<TestHandheld> {
  const { headers } = await signIn(base, who.badge, who.pin);
  cookies.push(headers.cookie);
  const hers = keep(new TestHandheld(base, headers.cookie));
  await hers.until(() => hers.view !== null);
  return hers;
}

beforeAll(async () => {
  const carts = Array.from({ length: lanes }, (_, at) => ({ id: `cart-${at + 1}` }));
  const devices = [{ id: 'counter-1', may: ['till-1'], token: 'secret-of-the-counter' }];
  store = await openStore({ staff: 'staff.yaml', carts, devices });
  writeFileSync(join(store.folder, 'staff.yaml'), stringify({ staff }));
  writeFileSync(join(store.folder, 'dialogues', 'suits.yaml'), advice);
  // What follows when nobody came is said at once.
  writeFileSync(
    join(store.folder, 'dialogues', 'house.yaml'),
    'attributes: { firstName: { type: text, sensitivity: near, default: "you" } }\ndefaultLocale: en\nattention: { gap: 1s }\n',
  );
  await store.restart();
  base = `http://127.0.0.1:${store.running.httpPort}`;
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const one of open.splice(0)) await one.close();
  // With her last session she is off duty.
  for (const cookie of cookies.splice(0)) await fetch(`${base}/api/sign-out`, { method: 'POST', headers: { cookie } });
});
afterAll(() => store?.close());

/** Rounds in which not exactly one of two had it, of those where both tapped in the same turn. */
async function race(
  [one, other]: readonly [TestHandheld, TestHandheld],
  screen: TestScreen,
  times: number,
): Promise<string[]> {
  const wrong: string[] = [];
  screen.say('help.requested', { cart: screen.view?.cart ?? '' });
  await one.until(() => one.tasks.some(({ cart }) => cart === screen.view?.cart));
  const task = one.tasks.find(({ cart }) => cart === screen.view?.cart)?.id ?? '';
  for (let round = 0; round < times; round += 1) {
    await Promise.all(
      [one, other].map((each) =>
        each.until(() => each.tasks.some(({ id, state }) => id === task && state === 'offered')),
      ),
    );
    const first = round % 2 === 0 ? [one, other] : [other, one];
    const outcomes = await Promise.all(first.map((each) => each.do({ does: 'claim', task, version: 1 })));
    const winner = first[outcomes.indexOf('done')];
    const loser = first.find((each) => each !== winner);
    if (outcomes.toSorted().join() !== 'done,taken') wrong.push(`${round}: ${outcomes.join()}`);
    if (!winner || !loser || wrong.length > 3) break;
    // Everybody sees it: it is hers, and on nobody else's list.
    await winner.until(() => winner.tasks[0]?.state === 'mine');
    await loser.until(() => !loser.has(task));
    expect(await winner.do({ does: 'undo', task })).toBe('done');
  }
  return wrong;
}

describe('two handhelds that take the same task at once', () => {
  test(`${rounds} times: exactly one has it, the other is told, and everybody sees it go`, async () => {
    const all = await Promise.all(racers.map(handheld));
    const screens = await Promise.all(Array.from({ length: lanes }, (_, at) => cart(`cart-${at + 1}`)));
    const wrong = await Promise.all(
      screens.map((screen, lane) => {
        const pair = all.slice(2 * lane, 2 * lane + 2) as [TestHandheld, TestHandheld];
        return race(pair, screen, Math.ceil(rounds / lanes));
      }),
    );
    expect(wrong.flat()).toEqual([]);
    expect(all.map(({ gaps }) => gaps)).toEqual(all.map(() => 0));
  });

  test('a store that does not look whether it is taken is found out (negative control)', async () => {
    const pair = await Promise.all([handheld(crew.associate), handheld(crew.second)]);
    const screen = await cart('cart-1');
    const { find } = TaskBook.prototype;
    vi.spyOn(TaskBook.prototype, 'find').mockImplementation(function (this: TaskBook, id) {
      const task = find.call(this, id);
      return task && { ...task, associate: null };
    });
    expect(await race(pair as [TestHandheld, TestHandheld], screen, 1)).toEqual(['0: done,done']);
  });
});

test('what nobody takes goes to the nearest, the next nearest, the lead, the manager, and then the dialogue’s own way', async () => {
  const [ana, ben, lea, mira] = (await Promise.all(
    [crew.associate, crew.second, crew.lead, crew.manager].map(handheld),
  )) as [TestHandheld, TestHandheld, TestHandheld, TestHandheld];
  expect(await ana.do({ does: 'place', zone: 'suits' })).toBe('done');
  expect(await ben.do({ does: 'place', zone: 'shoes' })).toBe('done');
  const screen = await cart('cart-1');
  const seen: string[] = [];
  const everybody = { ana, ben, lea, mira };
  const noted = Object.entries(everybody).map(async ([name, one]) => {
    await one.until(() => one.tasks.some(({ kind }) => kind === 'prompt'));
    seen.push(name);
  });
  screen.say('zone.entered', { cart: 'cart-1', zone: 'suits', confidence: 950 });
  await Promise.all(noted);
  expect(seen).toEqual(['ana', 'ben', 'lea', 'mira']);
  expect(mira.tasks[0]).toMatchObject({ isEscalated: true, headline: 'Show the new suits' });
  await screen.until(() => screen.view?.message?.headline === 'Nobody is free just now. Look around?');
  await mira.until(() => mira.tasks.length === 0);
  expect(mira.view?.gone).toMatchObject([{ why: 'over' }]);
});

test('the shopper reads that somebody comes when it is sure, with the sign that the handheld shows', async () => {
  const ana = await handheld(crew.associate);
  const screen = await cart('cart-1');
  const heard: (string | null)[] = [];
  screen.socket.on('update', ({ changes }: Update) => {
    if (changes.help !== undefined) heard.push(changes.help?.state ?? null);
  });
  screen.say('help.requested', { cart: 'cart-1' });
  await ana.until(() => ana.tasks.length > 0);
  const [task] = ana.tasks;
  expect(screen.view?.sign).toEqual(task?.sign);
  expect(await ana.do({ does: 'claim', task: task?.id ?? '', version: 1 })).toBe('done');
  expect(await ana.do({ does: 'undo', task: task?.id ?? '' })).toBe('done');
  expect(await ana.do({ does: 'claim', task: task?.id ?? '', version: 3 })).toBe('done');
  await screen.until(() => screen.view?.help?.state === 'coming');
  // Never somebody, nobody, and somebody again.
  const said = heard.slice(heard.indexOf('asked'));
  expect(said.filter((state, at) => state !== said[at - 1])).toEqual(['asked', 'coming']);
});

test('answered on one of her handhelds it is gone from the other, and may be taken back there', async () => {
  const one = await handheld(crew.associate);
  const other = await handheld(crew.associate);
  const screen = await cart('cart-1');
  screen.say('help.requested', { cart: 'cart-1' });
  await other.until(() => other.tasks.length > 0);
  const task = other.tasks[0]?.id ?? '';
  expect(await one.do({ does: 'claim', task, version: 1 })).toBe('done');
  await other.until(() => other.tasks[0]?.state === 'mine');
  const answered = one.do({ does: 'answer', task, version: 2, answer: 'helped' });
  await other.until(() => other.tasks.length === 0 && other.view?.undo?.did === 'answer');
  expect(await other.do({ does: 'undo', task })).toBe('done');
  expect(await answered).toBe('over');
  await one.until(() => one.tasks[0]?.state === 'mine');
});

test('who was away while it was taken is told so when she answers late, and comes back to what is', async () => {
  const ana = await handheld(crew.associate);
  const screen = await cart('cart-1');
  screen.say('help.requested', { cart: 'cart-1' });
  await ana.until(() => ana.tasks.length > 0);
  const task = ana.tasks[0]?.id ?? '';
  await ana.do({ does: 'claim', task, version: 1 });
  const { cookie } = (ana.socket.io.opts.extraHeaders ?? {}) as { cookie: string };
  ana.close();
  const ben = await handheld(crew.second);
  // She hands it on at another of hers, and it is taken there.
  const second = await handheld(crew.associate);
  await second.do({ does: 'duty', state: 'break' });
  await ben.until(() => ben.has(task));
  await ben.do({ does: 'claim', task, version: 3 });
  const back = keep(new TestHandheld(base, cookie));
  await back.until(() => back.view !== null);
  expect(await back.do({ does: 'answer', task, version: 2, answer: 'helped' })).toBe('taken');
  expect(back.tasks).toEqual([]);
});

test('a restart of the store keeps what is open, who has it, and who is there', async () => {
  const ana = await handheld(crew.associate);
  const screen = await cart('cart-1');
  screen.say('help.requested', { cart: 'cart-1' });
  await ana.until(() => ana.tasks.length > 0);
  const task = ana.tasks[0]?.id ?? '';
  await ana.do({ does: 'claim', task, version: 1 });
  const { cookie } = (ana.socket.io.opts.extraHeaders ?? {}) as { cookie: string };
  await store.restart();
  base = `http://127.0.0.1:${store.running.httpPort}`;
  const back = keep(new TestHandheld(base, cookie));
  await back.until(() => back.tasks[0]?.state === 'mine');
  expect(back.tasks[0]).toMatchObject({ id: task, kind: 'help', cart: 'cart-1' });
  expect(back.view?.me.duty).toBe('on');
});

test('a counter over a till says how long its queue is, with the token of a device that may', async () => {
  const ana = await handheld(crew.associate);
  await ana.do({ does: 'place', zone: 'tills' });
  const post = async (body: object, headers: Record<string, string> = {}): Promise<number> => {
    const sent = {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    };
    return (await fetch(`${base}/v1/queues`, sent)).status;
  };
  expect(await post({ till: 'till-1', waiting: 9 }, { authorization: 'Bearer of-another' })).toBe(401);
  expect(await post({ till: 'till-7', waiting: 9 })).toBe(404);
  expect(await post({ till: 'till-1' })).toBe(400);
  expect(ana.view?.me.isAtLongQueue).toBe(false);
  expect(await post({ till: 'till-1', waiting: 9 }, { authorization: 'Bearer secret-of-the-counter' })).toBe(204);
  await ana.until(() => ana.view?.me.isAtLongQueue === true);
  expect(await post({ till: 'till-1', waiting: 0 })).toBe(204);
  await ana.until(() => ana.view?.me.isAtLongQueue === false);
});

test('who is named in the list of staff while the store runs is asked from then on, by the roles that she fills', async () => {
  const ana = await handheld(crew.associate);
  const fills = staff.map((member) => (member.id === crew.associate.id ? { ...member, fills: ['floor'] } : member));
  writeFileSync(join(store.folder, 'staff.yaml'), stringify({ staff: fills }));
  store.running.reload({});
  const ben = await handheld(crew.second);
  const screen = await cart('cart-2');
  screen.say('zone.entered', { cart: 'cart-2', zone: 'suits', confidence: 950 });
  await ana.until(() => ana.tasks.length > 0);
  // Asked of the floor: of her who is the floor by name, and of nobody else.
  expect(ben.tasks).toEqual([]);
});

test('the line is for those who work here: without a session, for service alone, or in other words nobody is heard', async () => {
  const refusal = (cookie: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = io(base + handheldNamespace, {
        transports: ['websocket'],
        forceNew: true,
        reconnection: false,
        extraHeaders: { cookie },
      });
      keep(socket);
      socket.on('connect', () => resolve('let in'));
      socket.on('connect_error', (error: Error & { data?: { reason?: string } }) =>
        resolve(error.data?.reason ?? error.message),
      );
    });
  expect(await refusal('')).toBe('no-session');
  expect(await refusal((await signIn(base, crew.service.badge, crew.service.pin)).headers.cookie)).toBe('wrong-role');
  const ana = await handheld(crew.associate);
  ana.socket.emit('deed', { does: 'claim', id: 'x' });
  ana.socket.emit('take-over', {});
  expect(await ana.do({ does: 'place', zone: 'nowhere' })).toBe('unknown');
  expect(await ana.do({ does: 'rush', minutes: 10 })).toBe('not-yours');
  await expect.poll(refusedHere).toEqual(['body-shape', 'unknown-topic']);
});
