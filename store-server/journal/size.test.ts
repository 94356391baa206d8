import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { derivedLineId } from '@kairos/protocol/fact-rows/fact-lines.ts';
import type { Fact, SaleLine } from '@kairos/protocol/facts.ts';
import { seededRandom, simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { expect, it } from 'vitest';
import { openInlineJournal } from './open-journal.ts';

const megabytesPerMillionMax = 100;
const facts = 60_000;

/** Of twenty facts: eleven of zones, four of baskets, a run, its message, its showing and answer, a timer or a sale. */
it(`takes at most ${megabytesPerMillionMax} MB for a million facts of a busy store`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-size-'));
  try {
    const file = join(folder, 'journal.db');
    const journal = openInlineJournal({
      file,
      groupMs: 0,
      ports: simulatedPorts({ startMs: 1_763_000_000_000, seed: 1 }),
    });
    const chance = seededRandom(1);
    const upTo = (limit: number): number => Math.floor(chance() * limit);
    const id = (): string => `${upTo(1e9).toString(36)}${upTo(1e9).toString(36)}`.padEnd(16, '0');
    const sequences = new Map<string, number>();
    const line = (lineId: string): SaleLine => {
      const item = upTo(20_000);
      const price = 100 + (item % 900);
      const name = `Goods number ${item}`;
      return {
        id: lineId,
        code: `95212341${10_000 + item}`,
        name,
        department: `department-${item % 30}`,
        tags: [],
        quantity: 1000,
        unitPrice: price,
        amount: price,
      };
    };
    let message = id();
    let run = id();
    for (let index = 0; index < facts; index += 1) {
      const cart = `cart-${upTo(300)}`;
      const sequence = (sequences.get(cart) ?? 0) + 1;
      sequences.set(cart, sequence);
      const at = 1_763_000_000_000 + index * 90;
      const source = { device: cart, epoch: `k3f9${cart}`, sequence };
      const seq = journal.number();
      const outer = { seq, at, subject: 1 + upTo(20_000), late: false };
      const said = (type: string, body: object): Fact => ({ ...outer, type, source, cause: null, body }) as Fact;
      const decided = (type: string, body: object): Fact =>
        ({ ...outer, type, source: null, cause: seq - 1, body }) as Fact;
      const kind = index % 20;
      let fact: Fact;
      if (kind < 6) fact = said('zone.entered', { cart, zone: `zone-${index % 40}`, confidence: upTo(1000) });
      else if (kind < 11) fact = said('zone.left', { cart, zone: `zone-${index % 40}` });
      else if (kind < 15)
        fact = said('basket.added', { cart, line: line(derivedLineId({ receipt: null, source }, 0)) });
      else if (kind === 15) {
        run = id();
        fact = decided('run.entered', {
          run,
          dialogue: `dialogue-${index % 100}`,
          release: 3,
          held: false,
          entry: { zone: 'suits' },
        });
      } else if (kind === 16) {
        message = id();
        const rivals = [{ dialogue: 'wine', step: 'ask', score: 1.5, stopped: 'gap' }];
        const more = { validUntil: at + 600_000, answerWithinMs: 120_000, score: chance() * 5, rivals };
        fact = decided('message.decided', {
          message,
          run,
          dialogue: `dialogue-${index % 100}`,
          step: 'greet',
          channel: 'cart',
          target: cart,
          ...more,
        });
      } else if (kind === 17) fact = said('message.shown', { message, screen: cart });
      else if (kind === 18) fact = said('message.answered', { message, answer: 'yes', screen: cart });
      else if (index % 100 === 19) {
        const receipt = `R-${index}`;
        const lines = Array.from({ length: 15 }, (_, at) => line(derivedLineId({ receipt, source: null }, at)));
        fact = said('sale', { till: 'till-1', cart, receipt, currency: 'EUR', lines, total: 5000 });
      } else fact = decided('timer.fired', { due: at - 20 });
      journal.put({ facts: [fact], sources: [{ device: cart, epoch: source.epoch, upTo: sequence }] });
      if (index % 1000 === 999) await journal.committed();
    }
    await journal.close();
    const megabytesPerMillion = ((statSync(file).size / facts) * 1_000_000) / 1_000_000;
    expect(megabytesPerMillion).toBeLessThan(megabytesPerMillionMax);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
