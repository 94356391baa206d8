/** Real WebSockets on loopback: who is let in, what is answered, and what ends a line. */
import { agentLinePath } from '@kairos/protocol/agent-line.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { silentLog } from '../log.ts';
import { openPageLine, type PageLine } from './page-line.ts';

const token = 'a-secret-of-both-ends';
const store = 'http://192.168.0.10:8470';

let line: PageLine;
let counts: Map<string, number>;
let judged: string[];
let warnings: string[];
const open: WebSocket[] = [];

function openLine(port = 0): Promise<PageLine> {
  return openPageLine({
    config: { port, token, origins: [store] },
    cart: () => 'cart-1',
    judge: (number, means) => {
      judged.push(`${means} ${number}`);
      return { kind: 'plain' };
    },
    ports: systemPorts,
    log: { ...silentLog, warn: (_, words) => void warnings.push(words) },
    count: (name) => counts.set(name, (counts.get(name) ?? 0) + 1),
  });
}

beforeEach(async () => {
  counts = new Map();
  judged = [];
  warnings = [];
  line = await openLine();
});
afterEach(async () => {
  for (const socket of open.splice(0)) socket.terminate();
  await line.close();
});

/** What came over it, and how it ended. */
interface Page {
  readonly heard: unknown[];
  readonly ended: Promise<string>;
  say(message: unknown): void;
  until(count: number): Promise<void>;
}

function connect(origin: string | undefined = 'kairos://cart', path = agentLinePath): Promise<Page> {
  const socket = new WebSocket(`ws://127.0.0.1:${line.port}${path}`, origin === undefined ? {} : { origin });
  open.push(socket);
  const heard: unknown[] = [];
  let look = (): void => undefined;
  socket.on('message', (data) => {
    heard.push(JSON.parse(String(data)));
    look();
  });
  const ended = new Promise<string>((resolve) => {
    socket.on('close', (code, reason) => resolve(`${code} ${reason}`));
  });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () =>
      resolve({
        heard,
        ended,
        say: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
        until: (count) =>
          new Promise((done) => {
            look = () => heard.length >= count && done();
            look();
          }),
      }),
    );
  });
}

const hello = { say: 'hello', cart: 'cart-1', token };
const number = { say: 'number', id: 7, means: 'typed', number: '2912345678903' };

it('welcomes the page of the shell, and of the store, and judges its numbers', async () => {
  for (const origin of ['kairos://cart', store]) {
    const page = await connect(origin);
    page.say(hello);
    page.say(number);
    await page.until(2);
    expect(page.heard).toEqual([{ say: 'welcome' }, { say: 'judged', id: 7, judged: { kind: 'plain' } }]);
  }
  expect(judged).toEqual(['typed 2912345678903', 'typed 2912345678903']);
});

it('tells what was scanned to those it has welcomed, and to nobody else', async () => {
  const [page, silent] = [await connect(), await connect()];
  page.say(hello);
  await page.until(1);
  line.tellScan('goods');
  await page.until(2);
  expect(page.heard.at(-1)).toEqual({ say: 'scanned', outcome: 'goods' });
  expect(silent.heard).toEqual([]);
});

it.each([['http://192.168.0.66'], ['null'], [`${store}.elsewhere.example`], [undefined]])(
  'lets in no page of another origin: %s',
  async (origin) => {
    await expect(connect(origin ?? '')).rejects.toThrow('403');
    expect(counts.get('page.wrong-origin')).toBe(1);
  },
);

it.each([
  ['another token', { ...hello, token: 'another-secret-than-that' }, '4001'],
  ['another cart', { ...hello, cart: 'cart-2' }, '4002'],
  ['a number before the hello', number, '4001'],
  ['no JSON', 'hello', '4003'],
  ['something else', { say: 'everything' }, '4003'],
  ['more than it says', { ...hello, more: true }, '4003'],
  ['far too much', 'x'.repeat(2_000), '1009'],
])('ends the line at %s, and judges nothing', async (_, message, code) => {
  const page = await connect();
  page.say(message);
  expect(await page.ended).toMatch(new RegExp(`^${code} `));
  expect(page.heard).toEqual([]);
  expect(judged).toEqual([]);
});

it('has room for a few lines, and for as many messages as fingers key', async () => {
  const pages = [await connect(), await connect(), await connect(), await connect()];
  expect(await (await connect()).ended).toMatch(/^4004 /);
  const [page] = pages;
  page?.say(hello);
  for (let id = 1; id <= 30; id += 1) page?.say({ ...number, id });
  expect(await page?.ended).toMatch(/^4004 /);
  expect(judged).toHaveLength(19);
});

it('says what to do where its port is taken, and stands in nobody’s way', async () => {
  const second = await openLine(line.port ?? 0);
  expect(second.port).toBeNull();
  expect(warnings).toEqual([expect.stringMatching(/port \d+ is taken; give another as "page.port"/)]);
  second.tellScan('goods');
  await second.close();
});
