/**
 * What a store has to tell headquarters, written into a real journal: visits with what goes up (openings, runs,
 * messages, answers and silences, plays, receipts) and what stays (zones, baskets), in the proportions of a simulated
 * day. Ids are as random as real ones, so that a line compresses them no better than it would a store's.
 */
import type { Fact, FactType, SaleLine } from '@kairos/protocol/facts.ts';
import { seededRandom } from '@kairos/protocol/simulated-ports.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import type { JournalChange } from '@kairos/store-server/journal/journal.ts';
import { type OpenedJournal, openInlineJournal } from '@kairos/store-server/journal/open-journal.ts';

const dialogues = ['big-project', 'first-shoes', 'markdown', 'stroller', 'suit-fitting', 'trunk-show', 'welcome'];
const steps = ['ask', 'greet', 'offer', 'remind', 'thanks'];
const goods = 4_000;
const carts = 120;
const tills = 8;
const startMs = Date.UTC(2026, 7, 1, 7);
/** Facts that are put and committed together. */
const groupFacts = 2_000;

export interface StoreYear {
  readonly file: string;
  /** Facts that go up. */
  readonly facts: number;
  readonly lastSeq: number;
}

export interface StoreYearOptions {
  readonly file: string;
  /** At least so many facts that go up. */
  readonly facts: number;
  readonly customers: number;
  readonly seed: number;
}

export async function writeStoreYear({ file, facts, customers, seed }: StoreYearOptions): Promise<StoreYear> {
  const journal = openInlineJournal({ file, groupMs: 0, ports: systemPorts });
  const writer = new VisitWriter(journal, seededRandom(seed), customers);
  while (writer.upward < facts) {
    await writer.visit();
  }
  await writer.flush();
  const { lastSeq } = journal.health();
  await journal.close();
  return { file, facts: writer.upward, lastSeq };
}

class VisitWriter {
  upward = 0;
  #now = startMs;
  #waiting: Fact[] = [];
  #people: NonNullable<JournalChange['people']>[number][] = [];
  readonly #known = new Set<number>();
  readonly #sequences = new Map<string, number>();

  readonly #journal: OpenedJournal;
  readonly #chance: () => number;
  readonly #customers: number;

  constructor(journal: OpenedJournal, chance: () => number, customers: number) {
    this.#journal = journal;
    this.#chance = chance;
    this.#customers = customers;
  }

  async visit(): Promise<void> {
    const isGuest = this.#chance() < 0.2;
    const subject = isGuest ? this.#customers + this.upward + 1 : 1 + Math.floor(this.#chance() * this.#customers);
    if (!isGuest) this.#know(subject);
    const cart = `cart-${1 + Math.floor(this.#chance() * carts)}`;
    const visit = `v-${this.#hex(20)}`;
    this.#decide('visit.opened', subject, { visit, cart, strength: isGuest ? 'guest' : 'weak', reason: 'known' });
    for (let walked = 0; walked < 5; walked += 1) this.#stay(subject, cart);
    const spoken = this.#chance() < 0.7 ? 1 : 2;
    for (let said = 0; said < spoken; said += 1) this.#talk(subject, cart);
    this.#run(subject, this.#pick(dialogues), true);
    this.#sale(subject, cart);
    this.#decide('visit.closed', subject, { visit, reason: 'paid' });
    if (this.#waiting.length >= groupFacts) await this.flush();
  }

  async flush(): Promise<void> {
    this.#journal.put({ facts: this.#waiting, people: this.#people });
    this.#waiting = [];
    this.#people = [];
    await this.#journal.committed();
  }

  #know(subject: number): void {
    if (this.#known.has(subject)) return;
    this.#known.add(subject);
    const chainId = this.#hex(32);
    this.#people.push({ kind: 'put', subject, chainId, attributes: {}, consent: { remember: true }, locale: 'en' });
  }

  #talk(subject: number, cart: string): void {
    const dialogue = this.#pick(dialogues);
    const run = this.#run(subject, dialogue, false);
    const message = `${run}-${this.#pick(['1k2jf9', 'm0zq3a', '9ab2c1'])}-1`;
    this.#decide('message.decided', subject, {
      message,
      run,
      dialogue,
      step: this.#pick(steps),
      channel: 'cart',
      target: cart,
      validUntil: this.#now + 600_000,
      answerWithinMs: 120_000,
      score: Math.round(this.#chance() * 4_000) / 1_000,
      context: 'dwelling',
      rivals: [
        {
          dialogue: this.#pick(dialogues),
          step: 'ask',
          score: Math.round(this.#chance() * 4_000) / 1_000,
          stopped: 'outranked',
        },
      ],
    });
    this.#hear('message.shown', subject, cart, { message, screen: cart });
    if (this.#chance() < 0.5) this.#hear('message.answered', subject, cart, { message, answer: 'yes', screen: cart });
    else this.#decide('message.silent', subject, { message, silence: 'ignored' });
    this.#hear('screen.played', subject, cart, { screen: cart, message, ms: Math.floor(this.#chance() * 120_000) });
    this.#decide('run.moved', subject, { run, step: this.#pick(steps), until: this.#now + 7 * 86_400_000 });
  }

  #run(subject: number, dialogue: string, held: boolean): string {
    const run = this.#hex(20);
    this.#decide('run.entered', subject, { run, dialogue, release: 3, held, entry: {} });
    return run;
  }

  #sale(subject: number, cart: string): void {
    const receipt = `R-${(1_000_000 + this.upward).toString()}`;
    const lines = Array.from({ length: 1 + Math.floor(this.#chance() * 8) }, (_, index): SaleLine => {
      const code = Math.floor(this.#chance() * this.#chance() * goods);
      const unitPrice = 99 + ((code * 37) % 4_000);
      return {
        id: `${receipt}:${index}`,
        code: String(4_006_381_000_000 + code),
        name: `Goods ${code}`,
        department: `d${code % 12}`,
        tags: [],
        quantity: 1_000,
        unitPrice,
        amount: unitPrice,
      };
    });
    const till = `till-${1 + Math.floor(this.#chance() * tills)}`;
    const total = lines.reduce((sum, { amount }) => sum + amount, 0);
    this.#hear('sale', subject, till, { till, cart, receipt, currency: 'EUR', lines, total });
  }

  #stay(subject: number, cart: string): void {
    const zone = `zone-${1 + Math.floor(this.#chance() * 30)}`;
    this.#hear('zone.entered', subject, cart, { cart, zone, confidence: 900 });
  }

  #hear(type: FactType, subject: number, device: string, body: Record<string, unknown>): void {
    const sequence = (this.#sequences.get(device) ?? 0) + 1;
    this.#sequences.set(device, sequence);
    this.#put({ type, subject, source: { device, epoch: `e-${device}`, sequence }, cause: null, body });
  }

  #decide(type: FactType, subject: number, body: Record<string, unknown>): void {
    this.#put({ type, subject, source: null, cause: null, body });
  }

  #put(fact: Pick<Fact, 'subject' | 'source' | 'cause'> & { type: FactType; body: Record<string, unknown> }): void {
    this.#now += Math.floor(this.#chance() * 900);
    const seq = this.#journal.number();
    this.#waiting.push({ ...fact, seq, at: this.#now, late: false, cause: fact.source ? null : seq - 1 } as Fact);
    if (fact.type !== 'zone.entered') this.upward += 1;
  }

  #pick<Item>(from: readonly Item[]): Item {
    return from[Math.floor(this.#chance() * from.length)] as Item;
  }

  #hex(length: number): string {
    let text = '';
    while (text.length < length)
      text += Math.floor(this.#chance() * 0x1_0000_0000)
        .toString(16)
        .padStart(8, '0');
    return text.slice(0, length);
  }
}
