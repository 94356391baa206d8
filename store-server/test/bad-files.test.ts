/**
 * What a person wrote wrongly, in every file that a store reads: at a start everything is said at once and nothing is
 * half begun; while it runs, each fault is counted by reason and can be looked at, and what was stays in force.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { breadCode, card, type OpenStore, openStore, TestScreen } from './open-store.ts';

const main = new URL('../main.ts', import.meta.url).pathname;
const milk = '2000000000015';
const header = 'code,name,department,price\n';

let store: OpenStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(async () => store?.close());

const path = (name: string): string => join(store.folder, name);
const write = (name: string, text: string): void => writeFileSync(path(name), text);
const read = (name: string): string => readFileSync(path(name), 'utf8');

/** `kairos_rejected_total` of a reason and the file it stood in. */
async function counted(reason: string, by: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${store.running.httpPort}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`kairos_rejected_total{reason="${reason}",by="${by}"}`));
  return Number(line?.split(' ')[1] ?? 0);
}
async function rejected(): Promise<{ by: string; device: string; reason: string; detail: string; sample: string }[]> {
  return ((await store.get('/api/rejected')) as { rejected: never[] }).rejected;
}
async function release(): Promise<number> {
  return ((await store.get('/health')) as { release: number }).release;
}

describe('while the store runs', () => {
  let spoilt = (): void => undefined;
  afterEach(() => {
    spoilt();
    spoilt = () => undefined;
    expect(store.running.reload({}).faults).toBe(0);
  });

  it.each<[string, string, (good: string) => string, string, string]>([
    ['goods: a price', 'goods.csv', (good) => good.replace(',250', ',free'), 'bad-form', 'goods-file'],
    ['goods: a code that stands twice', 'goods.csv', (good) => good + good.split('\n')[1], 'doubled', 'goods-file'],
    [
      'goods: a column that is misspelt',
      'goods.csv',
      (good) => good.replace('price', 'prise'),
      'missing',
      'goods-file',
    ],
    ['goods: a quote without end', 'goods.csv', (good) => `${good}1,"Milk,dairy,1\n`, 'syntax', 'goods-file'],
    ['goods: nothing at all', 'goods.csv', () => '', 'missing', 'goods-file'],
    [
      'customers: a check digit',
      'customers.csv',
      (good) => `${good}2900000000012,A,de,,\n`,
      'check-digit',
      'customers-file',
    ],
    [
      'customers: a language',
      'customers.csv',
      (good) => good.replace(',de,', ',german,'),
      'bad-form',
      'customers-file',
    ],
    ['customers: a consent', 'customers.csv', (good) => good.replace('yes', 'perhaps'), 'wrong-type', 'customers-file'],
    [
      'a dialogue',
      'dialogues/suits.yaml',
      (good) => good.replace('dwell: suits', 'dwell: suitz'),
      'dialogue',
      'dialogue-file',
    ],
    ['a dialogue: no YAML', 'dialogues/suits.yaml', () => 'dialogue: [', 'dialogue', 'dialogue-file'],
    [
      'the house',
      'dialogues/house.yaml',
      (good) => good.replace('type: text', 'type: txt'),
      'dialogue',
      'dialogue-file',
    ],
    [
      'the configuration: a key',
      'store.yaml',
      (good) => `${good}visits: { quietMinutes: 5 }\n`,
      'unknown-key',
      'config-file',
    ],
    ['the configuration: no YAML', 'store.yaml', (good) => `${good}carts: [\n`, 'syntax', 'config-file'],
    [
      'the floor plan',
      'plan.yaml',
      (good) => good.replace('zone: tills', 'zone: tils'),
      'bad-reference',
      'config-file',
    ],
  ])('%s that is wrong is counted and shown, and what was stays in force', async (_, name, spoil, reason, by) => {
    const good = read(name);
    spoilt = () => write(name, good);
    const before = await counted(reason, by);
    const active = await release();
    write(name, spoil(good));
    expect(store.running.reload({}).faults).toBeGreaterThan(0);
    expect(await counted(reason, by)).toBeGreaterThan(before);
    const [file] = name.split('/').slice(-1);
    await expect
      .poll(rejected)
      .toContainEqual(
        expect.objectContaining({ by, device: file, reason, detail: expect.stringContaining(`${file}:`) }),
      );
    expect(await release()).toBe(active);
    // Bread is still sold and Ada still known, and what is right is taken in.
    const screen = new TestScreen(store.running.httpPort, {
      screen: 'cart-1',
      epoch: `epoch-${Math.random()}`.replace('.', ''),
    });
    await screen.until(() => screen.view !== null);
    screen.say('identity.presented', { cart: 'cart-1', means: 'scanned', number: card });
    screen.say('basket.added', { cart: 'cart-1', code: breadCode });
    await screen.until(() => screen.view?.shopper?.name === 'Ada' && screen.view.basket.total === 250);
    screen.say('identity.dropped', { cart: 'cart-1', reason: 'logout' });
    await screen.until(() => screen.view?.phase === 'goodbye' || screen.view?.phase === 'idle');
    screen.close();
  });

  it('keeps no customer’s words or numbers in what was refused', async () => {
    const kept = (await rejected()).filter(({ by }) => by === 'customers-file');
    expect(kept.length).toBeGreaterThan(2);
    const text = JSON.stringify(kept.map(({ detail, sample }) => [detail, sample]));
    expect(text).not.toMatch(/Ada|german|perhaps|\d{6}/);
  });

  it('what is right comes into force at once', async () => {
    write('goods.csv', `${header}${breadCode},Bread,bakery,270\n${milk},Milk,dairy,120\n`);
    write('customers.csv', read('customers.csv').replace('Ada', 'Adele'));
    write('dialogues/suits.yaml', read('dialogues/suits.yaml').replace('See the suits', 'Come and see the suits'));
    const active = await release();
    expect(store.running.reload({})).toEqual({ faults: 0, release: active + 1, customers: 1 });
    expect(await release()).toBe(active + 1);
    const screen = new TestScreen(store.running.httpPort, { screen: 'cart-1', epoch: 'epoch-of-the-new' });
    await screen.until(() => screen.view !== null);
    screen.say('identity.presented', { cart: 'cart-1', means: 'scanned', number: card });
    screen.say('basket.added', { cart: 'cart-1', code: breadCode });
    screen.say('basket.added', { cart: 'cart-1', code: milk });
    await screen.until(() => screen.view?.shopper?.name === 'Adele' && screen.view.basket.total === 390);
    screen.close();
    await store.restart();
    expect(await release()).toBe(active + 1);
  });

  it('what was left out at a start is counted and shown as well', async () => {
    const good = { goods: read('goods.csv'), customers: read('customers.csv') };
    spoilt = () => {
      write('goods.csv', good.goods);
      write('customers.csv', good.customers);
    };
    write('goods.csv', `${good.goods}x,,dairy,1\n`);
    write('customers.csv', `${good.customers}4006381333931,B,de,,\n`);
    await store.restart();
    expect(await counted('missing', 'goods-file')).toBe(1);
    expect(await counted('number-prefix', 'customers-file')).toBe(1);
    const details = async (): Promise<string> => (await rejected()).map(({ detail }) => detail).join();
    await expect.poll(details).toMatch(/goods\.csv:4 {2}name: give a name/);
    await expect.poll(details).toMatch(/customers\.csv:4 {2}number: is none of this chain's cards \(number-prefix\)/);
  });
});

describe('at a start', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [main, '--config', path('faulty.yaml'), ...args], { encoding: 'utf8' });

  beforeAll(() => {
    write('plan-2.yaml', read('plan.yaml').replace('zone: tills', 'zone: tils'));
    write('goods-2.csv', `${header}1,Milk,dairy,free\n`);
    write('dialogues/suits.yaml', read('dialogues/suits.yaml').replace('then: end', 'then: nowhere'));
    write(
      'faulty.yaml',
      read('store.yaml')
        .replace('goods.csv', 'goods-2.csv')
        .replace('EUR', 'euro')
        .replace('carts:', 'data: fresh\ncart:'),
    );
  });

  it('says every fault of every file at once, counted by reason, and begins nothing', () => {
    const { status, stderr, stdout } = run();
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^The configuration has \d+ faults \(.*1 × unknown-key.*\); nothing was started\.$/m);
    expect(stderr).toMatch(/faulty\.yaml:\d+:\d+ {2}store\.currency: "euro": give an ISO 4217 code/);
    expect(stderr).toMatch(/faulty\.yaml:\d+:\d+ {2}cart: there is no such key; did you mean "carts"\?/);
    expect(stderr).toMatch(/suits\.yaml:\d+:\d+ {2}.*nowhere/);
    expect(existsSync(path('fresh'))).toBe(false);
  });

  it('says the same as one object with --check --json, rows that are left out beside it', () => {
    const { status, stdout } = run('--check', '--json');
    expect(status).toBe(1);
    const said = JSON.parse(stdout) as { byReason: object; stopping: object[]; leftOut: object[]; figures: object[] };
    expect(said.byReason).toMatchObject({ 'unknown-key': 1, 'bad-form': 2, dialogue: 1 });
    expect(said.figures).toContainEqual(
      expect.objectContaining({ name: 'faults', value: said.stopping.length, met: false }),
    );
    expect(said.leftOut).toMatchObject([{ reason: 'bad-form', path: 'price', line: 2 }]);
    expect(existsSync(path('fresh'))).toBe(false);
  });

  it('tells the dialogues’ faults beside those of the floor plan, which alone would hide them', () => {
    write(
      'faulty.yaml',
      read('store.yaml').replace('plan.yaml', 'plan-2.yaml').replace('listen:', 'data: fresh\nlisten:'),
    );
    const { status, stderr } = run();
    expect(status).toBe(1);
    expect(stderr).toContain('did you mean "tills"?');
    expect(stderr).toMatch(/suits\.yaml:\d+:\d+ {2}.*nowhere/);
    expect(existsSync(path('fresh'))).toBe(false);
  });

  it('finds nothing wrong where nothing is, and starts nothing all the same', () => {
    write('dialogues/suits.yaml', read('dialogues/suits.yaml').replace('then: nowhere', 'then: end'));
    write('faulty.yaml', read('store.yaml').replace('listen:', 'data: fresh\nlisten:'));
    rmSync(path('goods-2.csv'));
    const { status, stdout } = run('--check');
    expect([status, stdout]).toEqual([0, expect.stringContaining('the store would start')]);
    expect(existsSync(path('fresh'))).toBe(false);
  });
});
