import type { RejectReason } from '@kairos/protocol/device-facts.ts';
import { type SimulatedPorts, simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Kept, keptInMemory, type Note } from './kept.ts';
import {
  type Batch,
  keepWaitMaxMs,
  type NewFact,
  Outbox,
  outboxFactsMax,
  resendAfterMs,
  resendsMax,
  type WaitingFact,
} from './outbox.ts';

const help: NewFact = { type: 'help.requested', body: { cart: 'cart-13' } };

let ports: SimulatedPorts;
let values: Map<string, unknown>;
let sent: Batch[];
let rejected: [WaitingFact, RejectReason][];
let renewals: number;

function outbox(epoch: string, kept: Kept = keptInMemory(values)): Outbox {
  const options = {
    ports,
    kept,
    send: (batch: Batch) => {
      sent.push(batch);
      return true;
    },
    onRejected: (fact: WaitingFact, reason: RejectReason) => rejected.push([fact, reason]),
    onUnheard: () => {
      renewals += 1;
    },
  };
  return new Outbox(options, epoch);
}

const ack = (epoch: string, upTo: number, refused: { sequence: number; reason: RejectReason }[] = []) => ({
  epoch,
  upTo,
  rejected: refused,
  storeTime: 0,
});

beforeEach(() => {
  ports = simulatedPorts({ startMs: 1_000_000, seed: 1 });
  values = new Map();
  sent = [];
  rejected = [];
  renewals = 0;
});

describe('the outbox', () => {
  it('sends at once while connected, numbered from 1, with the age by the monotonic clock', () => {
    const box = outbox('epoch-a');
    box.connected();
    box.add(help, 40);
    ports.advance(10);
    box.add(help);
    expect(sent.map(({ oldest, facts }) => [oldest, facts.map((fact) => [fact.sequence, fact.ageMs])])).toEqual([
      [1, [[1, 40]]],
      [1, [[2, 0]]],
    ]);
  });

  it('keeps ages right when the wall clock steps', () => {
    const box = outbox('epoch-a');
    box.add(help);
    ports.advance(500);
    ports.stepWallClock(-3_600_000);
    box.connected();
    expect(sent[0]?.facts[0]?.ageMs).toBe(500);
  });

  it('forgets on the acknowledgement alone, and sends the rest again on the next connection', () => {
    const box = outbox('epoch-a');
    box.connected();
    box.add(help);
    box.add(help);
    box.acknowledged(ack('epoch-a', 1));
    box.disconnected();
    box.connected();
    expect(sent.at(-1)).toMatchObject({ oldest: 2, facts: [{ sequence: 2 }] });
    box.acknowledged(ack('epoch-a', 2));
    expect(box.waiting).toEqual([]);
    expect(values.size).toBe(0);
  });

  it('drains what an earlier load left behind before its own facts', async () => {
    outbox('epoch-a').add(help);
    ports.advance(2_000);
    const box = outbox('epoch-b');
    await box.takeUpEarlier();
    box.add({ type: 'quiet.requested', body: { cart: 'cart-13' } });
    box.connected();
    expect(sent.map((batch) => batch.epoch)).toEqual(['epoch-a']);
    expect(sent[0]?.facts[0]?.ageMs).toBe(2_000);
    box.acknowledged(ack('epoch-a', 1));
    expect(sent.map((batch) => batch.epoch)).toEqual(['epoch-a', 'epoch-b']);
  });

  it('says which fact was refused and why, and is not blocked by it', () => {
    const box = outbox('epoch-a');
    box.connected();
    box.add(help);
    box.add(help);
    box.acknowledged(ack('epoch-a', 2, [{ sequence: 1, reason: 'no-visit' }]));
    expect(rejected.map(([fact, reason]) => [fact.sequence, reason])).toEqual([[1, 'no-visit']]);
    expect(box.waiting).toEqual([]);
  });

  it('sends batches of at most 200 facts and 64 KB', () => {
    const box = outbox('epoch-a');
    for (let count = 0; count < 450; count += 1) box.add(help);
    box.connected();
    expect(sent.map((batch) => batch.facts.length)).toEqual([200, 200, 50]);
    const bytes = sent.map((batch) => JSON.stringify(batch).length);
    expect(Math.max(...bytes)).toBeLessThanOrEqual(65_536);
  });

  it('sends again what stays unacknowledged on a connection that seems well', () => {
    const box = outbox('epoch-a');
    box.connected();
    box.add(help);
    ports.advance(resendAfterMs);
    expect(sent).toHaveLength(2);
    box.acknowledged(ack('epoch-a', 1));
    ports.advance(resendAfterMs * 3);
    expect(sent).toHaveLength(2);
  });

  it('asks for another connection where nothing that it says is ever acknowledged, and begins to count anew there', () => {
    const box = outbox('epoch-a');
    box.connected();
    box.add(help);
    ports.advance(resendAfterMs * resendsMax);
    expect(renewals).toBe(0);
    ports.advance(resendAfterMs);
    expect(renewals).toBe(1);
    box.disconnected();
    box.connected();
    ports.advance(resendAfterMs * resendsMax);
    expect(renewals).toBe(1);
    box.acknowledged(ack('epoch-a', 1));
    ports.advance(resendAfterMs * 10);
    expect(renewals).toBe(1);
  });

  it.each([[null], ['text'], [{ epoch: 'epoch-a', openedAt: 0, facts: [null] }], [{ epoch: 7, facts: [] }]])(
    'is not held up by what an earlier load left unreadable, and throws it away: %j',
    async (left) => {
      values.set('outbox/epoch-a', left);
      const box = outbox('epoch-b');
      await box.takeUpEarlier();
      box.connected();
      box.add(help);
      expect(sent.map(({ epoch }) => epoch)).toEqual(['epoch-b']);
      expect([...values.keys()]).toEqual(['outbox/epoch-b']);
    },
  );

  describe('a login', () => {
    const number = '2912345678903';
    const login: NewFact = { type: 'identity.presented', body: { cart: 'cart-13', means: 'typed', number } };

    it('is sent with its number, which is never written down', () => {
      const box = outbox('epoch-a');
      box.connected();
      box.add(help);
      box.add(login);
      box.add(help);
      expect(JSON.stringify(sent)).toContain(number);
      expect(JSON.stringify([...values])).not.toContain(number);
    });

    it('of an earlier load keeps its place, so that what came after it arrives, and says nobody’s number', async () => {
      const first = outbox('epoch-a');
      first.add(login);
      first.add(help);
      const box = outbox('epoch-b');
      await box.takeUpEarlier();
      box.connected();
      expect(sent[0]?.facts.map(({ sequence, type }) => [sequence, type])).toEqual([
        [1, 'identity.presented'],
        [2, 'help.requested'],
      ]);
      expect(JSON.stringify(sent)).not.toContain(number);
    });

    it('that nobody waits for any more is forgotten in memory, too', () => {
      const box = outbox('epoch-a');
      box.add(login);
      box.forgetNumbers();
      box.connected();
      expect(sent[0]?.facts).toHaveLength(1);
      expect(JSON.stringify([sent, box.waiting])).not.toContain(number);
    });
  });

  describe('a fact that a note goes with', () => {
    const note: Note = { key: 'visit/glass', value: { shown: ['message-1'] } };
    /** Writes when it is told to, or never: the page was reloaded first. */
    function slowKept(): Kept & { commit(): Promise<void> } {
      let waiting: (() => void)[] = [];
      const memory = keptInMemory(values);
      return {
        ...memory,
        saveTogether: (notes) =>
          new Promise((resolve) => waiting.push(() => void memory.saveTogether(notes).then(resolve))),
        commit: async () => {
          for (const write of waiting) write();
          waiting = [];
          await Promise.resolve();
          await Promise.resolve();
        },
      };
    }

    it('is sent once both are written down, and what comes after it waits for its turn', async () => {
      const kept = slowKept();
      const box = outbox('epoch-a', kept);
      box.connected();
      box.add(help);
      box.addNoted([help, help], note, 40);
      box.add(help);
      expect(sent.flatMap(({ facts }) => facts.map(({ sequence }) => sequence))).toEqual([1]);
      expect(values.has(note.key)).toBe(false);
      await kept.commit();
      expect(values.get(note.key)).toEqual(note.value);
      expect(sent.flatMap(({ facts }) => facts.map(({ sequence }) => sequence))).toEqual([1, 2, 3, 4]);
      expect(sent[1]?.facts[0]?.ageMs).toBe(40);
    });

    it('has told nothing where the load ends before, and has both where it ends after', async () => {
      const lost = slowKept();
      const first = outbox('epoch-a', lost);
      first.connected();
      first.addNoted([help], note);
      expect(sent).toEqual([]);
      expect([...values.keys()]).toEqual([]);
      const kept = slowKept();
      outbox('epoch-b', kept).addNoted([help], note);
      await kept.commit();
      const next = outbox('epoch-c');
      await next.takeUpEarlier();
      next.connected();
      expect(sent.map(({ epoch }) => epoch)).toEqual(['epoch-b']);
      expect(values.get(note.key)).toEqual(note.value);
    });

    it('waits for a browser that never says so only for a moment', () => {
      const box = outbox('epoch-a', slowKept());
      box.connected();
      box.addNoted([help], note);
      ports.advance(keepWaitMaxMs);
      expect(sent).toHaveLength(1);
    });
  });

  it('gives up the oldest beyond its limit, and says so by what it still holds', () => {
    const box = outbox('epoch-a');
    for (let count = 0; count < outboxFactsMax + 3; count += 1) box.add(help);
    box.connected();
    expect(sent[0]?.oldest).toBe(4);
  });
});
