/**
 * Builds of two times on one line, seen from a store (reliability, goal G18): what the headquarters of a released version
 * answered, as bytes, and what a store of it kept of them on its disk, on today's code; and headquarters that are newer
 * than the store. What they said is frozen in `hq-sync/test/released/`.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { unpackChunk } from '@kairos/hq-sync/link/chunk.ts';
import { HqClient } from '@kairos/hq-sync/link/hq-client.ts';
import { judgeRelease, publicKeyOf } from '@kairos/hq-sync/link/signed-release.ts';
import { upload } from '@kairos/hq-sync/link/upload.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { type ChangesAnswer, syncPaths } from '@kairos/protocol/sync-messages.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { download } from '../headquarters/download.ts';
import { openInlineJournal } from '../journal/open-journal.ts';
import { customer, openHqStand, page } from './hq-stand.ts';
import { frozenFolder } from './released/frozen.ts';

const released = new URL('../../hq-sync/test/released/versions/', import.meta.url).pathname;

interface Exchange {
  readonly kind: string;
  readonly path: string;
  readonly said: string;
  readonly as: string;
  readonly status: number;
  readonly answered: string;
}
interface Conversation {
  readonly now: number;
  readonly releaseKey: string;
  readonly turns: readonly Exchange[];
}

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Headquarters that answer what they are given, path by path in its order, and keep what was said. */
class ToldHq {
  readonly heard: { readonly path: string; readonly body: Buffer }[] = [];
  readonly #answers = new Map<string, { readonly status: number; readonly text: string }[]>();
  #server: Server | null = null;

  add(path: string, status: number, text: string): void {
    this.#answers.set(path, [...(this.#answers.get(path) ?? []), { status, text }]);
  }

  async open(): Promise<HqClient> {
    this.#server = createServer((request, response) => {
      const path = request.url ?? '';
      buffer(request).then((body) => {
        this.heard.push({ path, body });
        const next = this.#answers.get(path)?.shift() ?? { status: 500, text: '{}' };
        response.writeHead(next.status, { 'content-type': 'application/json' }).end(next.text);
      });
    });
    await new Promise<void>((resolve) => this.#server?.listen(0, '127.0.0.1', resolve));
    const { port } = this.#server.address() as AddressInfo;
    const client = new HqClient({ url: `http://127.0.0.1:${port}`, token: 'riverside.secret' });
    closers.push(() => {
      client.close();
      this.#server?.closeAllConnections();
      this.#server?.close();
    });
    return client;
  }

  last(path: string): unknown {
    const body = this.heard.findLast((one) => one.path === path)?.body;
    return body === undefined ? undefined : JSON.parse(body.toString());
  }
}

async function openStore(from: string, now: number) {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-hq-skew-'));
  const file = join(folder, 'journal.db');
  cpSync(from, file);
  const ports = simulatedPorts({ startMs: now, seed: 1 });
  const journal = openInlineJournal({ file, groupMs: 1, ports });
  const stand = await openHqStand({ ports, journal });
  closers.push(async () => {
    await stand.done(journal.close());
    rmSync(folder, { recursive: true });
  });
  const people = () => journal.people(Array.from({ length: 500 }, (_, index) => index + 1));
  return { ...stand, ports, people, epoch: journal.start.storeEpoch };
}

describe.each(readdirSync(released))('headquarters of %s', (version) => {
  const read = <Content>(file: string): Content =>
    JSON.parse(readFileSync(join(released, version, file), 'utf8')) as Content;
  const { now, releaseKey, turns } = read<Conversation>('line.json');
  const exchanges = turns.filter(({ kind }) => kind === 'exchange');

  it('answer a store of today as their own, and it keeps what theirs kept', async () => {
    const hq = new ToldHq();
    for (const { path, status, answered } of exchanges) hq.add(path, status, answered);
    const client = await hq.open();
    const store = await openStore(join(frozenFolder('0.1.0'), 'journal.db'), now);
    const up = () => store.done(upload({ client, facts: store.journal.upward, ports: store.ports, factsMax: 120 }));
    const down = () => store.done(download({ client, taker: store.taker, epoch: store.epoch, ports: store.ports }));
    expect(await up()).toMatchObject({ kind: 'done', upTo: 196 });
    expect(await down()).toMatchObject({ kind: 'done', customers: 5 });
    const stranger = await client.customer('00000000000000000000000000000a02', new AbortController().signal);
    if (stranger.kind !== 'answered' || !stranger.content.customer) throw new Error('she was known');
    expect(store.taker.adopt(stranger.content.customer)).toMatchObject({ locale: 'es' });
    const nobody = await client.customer('00000000000000000000000000000fff', new AbortController().signal);
    expect(nobody).toEqual({ kind: 'answered', content: { customer: null } });
    const release = await client.release();
    if (release.kind !== 'answered') throw new Error('a release was published');
    const key = publicKeyOf(releaseKey);
    if (!key) throw new Error('the key is one');
    expect(judgeRelease(release.content, { key, inForce: 0, now })).toMatchObject({ kind: 'good' });
    const bent = { ...release.content, manifest: release.content.manifest.replace('attention', 'Attention') };
    expect(judgeRelease(bent, { key, inForce: 0, now })).toMatchObject({ kind: 'bad', reason: 'not-signed-by-hq' });
    expect(await down()).toMatchObject({ kind: 'done', customers: 1, erased: 1 });
    const frozen = read<{ chainId: string }[]>('store/people.json');
    const today = await store.people();
    expect(today).toMatchObject(frozen);
    expect(today.filter(({ chainId }) => chainId !== frozen[0]?.chainId)).not.toMatchObject(frozen);
    expect(store.taker.passedOver).toBe(0);
  });

  it('hear of the first facts what they heard then, to the letter', async () => {
    const hq = new ToldHq();
    for (const { path, status, answered } of exchanges) hq.add(path, status, answered);
    const client = await hq.open();
    const store = await openStore(join(frozenFolder('0.1.0'), 'journal.db'), now);
    await store.done(upload({ client, facts: store.journal.upward, ports: store.ports, factsMax: 120 }));
    const then = exchanges.find(({ path }) => path === syncPaths.chunks) as Exchange;
    const said = hq.heard.find(({ path }) => path === syncPaths.chunks)?.body ?? Buffer.of();
    const [before, today] = [await unpackChunk(Buffer.from(then.said, 'base64')), await unpackChunk(said)];
    for (const [name, column] of before.columns) expect(today.columns.get(name)?.equals(column), name).toBe(true);
    const { columns: _, ...header } = before.header;
    expect(today.header).toMatchObject(header);
  });

  it('have refused with reasons that a store of today understands', async () => {
    const refused = exchanges.filter(({ status }) => status !== 200);
    expect(refused.length).toBeGreaterThan(3);
    for (const { path, status, answered } of refused) {
      const hq = new ToldHq();
      hq.add(path, status, answered);
      const client = await hq.open();
      const hello = { versions: [1], epoch: 'a', lastSeq: 0, now, release: 0, releaseFault: null };
      const asked = { cursor: null, epoch: 'a', erased: null };
      const ask: Record<string, () => Promise<unknown>> = {
        [syncPaths.hello]: () => client.hello(hello),
        [syncPaths.changes]: () => client.changes(asked),
      };
      const answer = await (ask[path]?.() ?? client.chunk(Buffer.of(1)));
      expect(answer).toEqual({ kind: 'refused', refusal: JSON.parse(answered) });
    }
  });

  it('are asked on from where a store of then stood, whose disk a store of today reads', async () => {
    const hq = new ToldHq();
    const change = customer('00000000000000000000000000000a01', { attributes: { firstName: 'Nora B.' } });
    hq.add(syncPaths.changes, 200, JSON.stringify(page([change], { cursor: 'feed.9' })));
    hq.add(syncPaths.changes, 200, JSON.stringify(page([], { cursor: 'feed.9' })));
    const client = await hq.open();
    const store = await openStore(join(released, version, 'store/journal.db'), now);
    expect(await store.people()).toMatchObject(read<object[]>('store/people.json'));
    const then = exchanges
      .filter(({ path, status }) => path === syncPaths.changes && status === 200)
      .at(-1) as Exchange;
    const { cursor } = JSON.parse(then.answered) as ChangesAnswer;
    expect(store.taker.cursor).toBe(cursor);
    await store.done(download({ client, taker: store.taker, epoch: store.epoch, ports: store.ports }));
    expect(JSON.parse(hq.heard[0]?.body.toString() ?? '')).toMatchObject({ cursor });
    const nora = (await store.people()).find(({ chainId }) => chainId === change.chainId);
    // What she had been lent, and is not any more, was taken back.
    expect(nora).toMatchObject({ attributes: { firstName: 'Nora B.' }, hq: { lent: {} } });
    expect(store.ofType('run.recalled')).toHaveLength(1);
  });
});

describe('headquarters that are newer than the store', () => {
  const anna = 'a'.repeat(32);
  const bea = 'b'.repeat(32);
  /** As a later version may say her. */
  const later = {
    ...customer(anna, { attributes: { firstName: 'Anna' } }),
    attributes: { firstName: 'Anna', tier: { name: 'gold', since: 2031 }, sizes: [38, 39], nothing: null },
    consent: {
      inStore: { granted: true, at: 5_000 },
      email: { granted: false, at: 5_000 },
      call: { granted: 'by-day', at: 5_000 },
      sms: { granted: true, at: 5_000 },
    },
    runs: [
      { run: 'r-00000001', dialogue: 'stroller', step: 'later', term: 1, state: '{"i":"r-00000001"}' },
      { run: 'r-00000002', dialogue: 'stroller', step: 'later', term: 1, state: 'of another engine' },
      { lease: 'of another form' },
    ],
    household: ['c'.repeat(32)],
  };
  const allotment = { kind: 'allotment', reward: 'tenOff', left: 40 };

  it('are understood as far as the store goes, and no dialogue is handed anything else', async () => {
    const store = await openHqStand();
    await store.take(page([later, allotment, customer(bea, { attributes: { firstName: 'Bea' } })]));
    expect(store.people.stored(anna)).toMatchObject({
      attributes: { firstName: 'Anna' },
      // A form of consent that nobody here knows is none.
      consent: { inStore: true, email: false, call: false },
      hq: { lent: { 'r-00000001': 1 } },
    });
    expect(store.people.stored(anna)?.consent).not.toHaveProperty('sms');
    expect(store.people.stored(bea)?.attributes).toEqual({ firstName: 'Bea' });
    expect(store.taker.passedOver).toBe(2);
    store.login(anna);
    expect(store.ofType('run.lent').map(({ body }) => body.run)).toEqual(['r-00000001']);
    expect(store.ofType('visit.opened')).toHaveLength(1);
  });

  it('are asked for everything anew by the build that comes next, and by the same one for what is new', async () => {
    const ports = simulatedPorts({ startMs: 1_764_000_000_000, seed: 1 });
    const folder = mkdtempSync(join(tmpdir(), 'kairos-hq-skew-'));
    closers.push(() => rmSync(folder, { recursive: true }));
    const as = async (build: string) => {
      const journal = openInlineJournal({ file: join(folder, 'journal.db'), groupMs: 1, ports });
      return openHqStand({ ports, journal, build });
    };
    const first = await as('1.0.0');
    await first.take(page([customer(bea)], { begins: true, sweeps: true, cursor: 'feed.1' }));
    await first.take(page([later, allotment], { cursor: 'feed.2' }));
    await first.take(page([], { cursor: 'feed.3' }));
    expect(first.taker.cursor).toBe('feed.3');
    await first.done(first.journal.close());
    const again = await as('1.0.0');
    expect(again.taker.cursor).toBe('feed.3');
    await again.done(again.journal.close());
    const next = await as('1.1.0');
    expect(next.taker.cursor).toBeNull();
    await next.take(page([customer(anna), customer(bea)], { begins: true, sweeps: true, cursor: 'feed.4' }));
    expect(next.taker.cursor).toBe('feed.4');
    await next.done(next.journal.close());
    // All of that was understood: a third build has nothing to ask for anew.
    const third = await as('1.2.0');
    expect(third.taker.cursor).toBe('feed.4');
    await third.done(third.journal.close());
  });

  it('refuse with a reason that is not known here: its words are kept, and what passes by itself is tried again', async () => {
    const hq = new ToldHq();
    const reason = { reason: 'of-a-later-time', message: 'pay first', invoice: 7 };
    for (const status of [402, 429, 503]) hq.add(syncPaths.hello, status, JSON.stringify(reason));
    const client = await hq.open();
    const hello = { versions: [1], epoch: 'a', lastSeq: 0, now: 0, release: 0, releaseFault: null };
    expect(await client.hello(hello)).toMatchObject({ kind: 'refused', refusal: { message: 'pay first' } });
    for (const _ of [429, 503]) expect(await client.hello(hello)).toEqual({ kind: 'away', reason: 'pay first' });
  });

  it('say more in every answer than the store knows, and it is passed over', async () => {
    const hq = new ToldHq();
    const welcome = { version: 1, upTo: 0, wordsTo: 0, sourcesTo: 0, chunkFactsMax: 10, now: 0, release: 0 };
    hq.add(syncPaths.hello, 200, JSON.stringify({ ...welcome, weather: 'rain' }));
    const taken = {
      upTo: 9,
      quarantined: [{ seq: 1, reason: 'why', hint: 'more' }],
      quarantinedCount: 1,
      weather: 'rain',
    };
    hq.add(syncPaths.chunks, 200, JSON.stringify(taken));
    hq.add(syncPaths.days, 200, JSON.stringify({ differing: [], weather: 'rain' }));
    hq.add(syncPaths.release, 200, JSON.stringify({ manifest: '{}', signature: '', chain: ['more'] }));
    hq.add(syncPaths.customer, 200, JSON.stringify({ customer: later, weather: 'rain' }));
    const client = await hq.open();
    const hello = { versions: [1], epoch: 'a', lastSeq: 0, now: 0, release: 0, releaseFault: null };
    const answers = [
      await client.hello(hello),
      await client.chunk(Buffer.of(1)),
      await client.days({}),
      await client.release(),
      await client.customer(anna, new AbortController().signal),
    ];
    expect(answers.map(({ kind }) => kind)).toEqual(answers.map(() => 'answered'));
  });
});
