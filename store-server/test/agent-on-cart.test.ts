/**
 * A cart with its agent: the agent's own process, the cart's page in Chromium and a whole store that wants no number to
 * leave a device. What is keyed on the page goes to the agent over loopback and to the store as a digest alone.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askLiveState } from '@kairos/edge-agent/live-state.ts';
import { SerialCable } from '@kairos/edge-agent/test/serial-cable.ts';
import { openChromium } from '@kairos/ui/test/chromium.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { breadCode, card, type OpenStore, openStore, stranger } from './open-store.ts';
import { openRelay, type Relay } from './relay.ts';

const agentMain = new URL('../../edge-agent/main.ts', import.meta.url).pathname;
const token = 'a-secret-of-both-ends';

let store: OpenStore;
/** Between the page and its store; the agent has a line of its own. */
let relay: Relay;
let browser: Browser;
let page: Page;
let scanner: SerialCable;
let agent: ChildProcess;
let agentPort: number;
let folder: string;
/** All that the page says to the store. */
let saidToStore: string[] = [];
const warnings: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-agent-on-cart-'));
  store = await openStore({ loyalty: { prefixes: ['29'], hashed: true } });
  relay = await openRelay(() => store.running.httpPort);
  scanner = new SerialCable(join(folder, 'scanner'));
  await scanner.plugIn();
  agentPort = await freePort();
  writeFileSync(
    join(folder, 'edge.yaml'),
    `device: cart-1
cart: cart-1
store: { url: "mqtt://127.0.0.1:${store.running.mqttPort}" }
readers: [{ name: scanner, kind: barcode, path: ${folder}/scanner }]
page: { port: ${agentPort}, token: ${token}, origins: ["${relay.base}"] }
`,
  );
  agent = startAgent();
  browser = await openChromium();
});
afterAll(async () => {
  await browser?.close();
  await endAgent();
  await scanner.pullOut();
  await relay?.close();
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return address !== null && typeof address !== 'string' ? address.port : 0;
}

function startAgent(): ChildProcess {
  // One start instead of two or three; edge-agent/test/lean-start.test.ts has those.
  const env = { ...process.env, KAIROS_LEAN_START: 'last' };
  return spawn(process.execPath, [agentMain, '--config', join(folder, 'edge.yaml')], { stdio: 'ignore', env });
}
async function endAgent(): Promise<void> {
  if (agent.exitCode !== null || agent.signalCode !== null) return;
  const ended = new Promise((resolve) => agent.once('exit', resolve));
  agent.kill('SIGTERM');
  await ended;
}

/** A cart's page of its own; with the agent beside it, or in a browser that has none. */
async function open(query: string): Promise<void> {
  saidToStore = [];
  page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })).newPage();
  page.on('websocket', (socket) => {
    if (socket.url().includes('socket.io')) socket.on('framesent', ({ payload }) => saidToStore.push(String(payload)));
  });
  page.on('console', (line) => {
    if (line.type() === 'warning') warnings.push(line.text());
  });
  await page.goto(`${relay.base}/cart/?${query}`);
}

const touch = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
const reads = (text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor();

async function keyIn(digits: string): Promise<void> {
  for (const digit of digits) await touch(digit);
  await touch('Go on');
}

/** The agent runs, has heard from its store, and has so many pages beside it that it knows. */
async function agentIsReady(pages: number): Promise<void> {
  const ready = async (): Promise<boolean> => {
    const live = await askLiveState(join(folder, 'state'));
    const { 'page.open': open = 0, 'page.welcome': welcome = 0 } = live?.status.counts ?? {};
    return live?.hasSettings === true && open === 1 && welcome === pages;
  };
  await expect.poll(ready).toBe(true);
}

test('a number that is keyed on the page is hashed by the agent: the store knows her, and never sees it', async () => {
  await agentIsReady(0);
  await open(`cart=cart-1&agent=${agentPort}&agentToken=${token}`);
  await agentIsReady(1);
  await touch('Start shopping');
  await keyIn(card);
  await page.locator('.ledger').waitFor();
  // A number that was typed is nobody's name; what she reads is in her language all the same.
  await touch('Mehr');
  await touch('English');
  await touch('Done');
  await page.getByRole('heading', { name: 'Good to see you' }).waitFor();
  const frames = saidToStore.join('\n');
  expect(frames).toMatch(/"digest":"[0-9a-f]{64}"/);
  expect(frames).not.toContain(card);
  expect(frames).not.toContain(card.slice(0, 12));
});

test('goods at the agent’s scanner are on the list; out of touch they are counted, and join it afterwards', async () => {
  await scanner.write(`${breadCode}\r\n`);
  await page.locator('.ledger-total').getByText('€2.50').waitFor();
  // Another digit than the check digit: the scanner beeps, and she is told.
  await scanner.write(`${breadCode.slice(0, 12)}1\r\n`);
  await reads('We don’t know that one.');
  relay.pull();
  await reads('We’ve lost touch with the store.');
  await scanner.write(`${breadCode}\r\n`);
  await reads('Scanned since: 1, to be added');
  await page.locator('.ledger-total').getByText('€2.50').waitFor();
  relay.plugIn();
  await page.locator('.ledger-total').getByText('€5.00').waitFor();
});

test('a number of another chain is refused on the cart, and an agent that is gone lets none by', async () => {
  await touch('More');
  await touch('Log out');
  await touch('Next shopper');
  await touch('Start shopping');
  await keyIn('4006381333931');
  await reads('That number is not one of our cards.');
  await endAgent();
  for (const _ of '4006381333931') await touch('Delete the last digit');
  await keyIn(stranger);
  await reads('The store is slow to answer. Try again, or shop as a guest.');
  expect(saidToStore.join('\n')).not.toMatch(/4006381333931|"number"/);
  expect(saidToStore.join('\n')).not.toContain(stranger);
  await expect.poll(() => warnings.join('\n')).toContain('is it running, with "page" in its edge.yaml?');
  // She shops all the same; and when the agent is back, so are numbers.
  agent = startAgent();
  await agentIsReady(1);
  await touch('Go on');
  await reads('We don’t know that number, so you’re shopping as a guest.');
  expect(saidToStore.join('\n')).not.toContain(stranger);
});

test('control: a browser without an agent beside it sends the number as it is', async () => {
  await open('cart=cart-2&token=secret-of-cart-2');
  await touch('Start shopping');
  await keyIn(card);
  await page.locator('.ledger').waitFor();
  expect(saidToStore.join('\n')).toContain(card);
});
