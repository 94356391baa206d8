/**
 * A small store day on one thread and on a simulated clock, for scenarios: journal on disk, visits, engine, conductor,
 * as in a store but for the doors. Shoppers are scripts of what their carts and tills report.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CompiledRelease } from '@kairos/dialogue/compiled.ts';
import { createEngine } from '@kairos/dialogue/engine/create-engine.ts';
import type { Engine } from '@kairos/dialogue/engine/engine.ts';
import { chainIdOf } from '@kairos/protocol/chain-id.ts';
import type { Fact, FactBody, FactType, SaleLine } from '@kairos/protocol/facts.ts';
import { floorPlan } from '@kairos/protocol/floor-plan.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { parse } from 'yaml';
import { Conductor } from '../conductor/conductor.ts';
import { People } from '../conductor/people.ts';
import { openInlineJournal } from '../journal/open-journal.ts';
import { findReleases } from '../releases/current-release.ts';
import { placesOf, type StoreCard, storeCardOf, writeStoreCard } from '../store-card.ts';
import { Visits } from '../visits/visits.ts';

const planFile = new URL('../../simulation/demo-store/floor-plan.yaml', import.meta.url);
const inStoreDialogues = new URL('../../dialogue/library/in-store', import.meta.url).pathname;

export const chainKey = 'sixteen-characters-and-more';
/** Friday, 20 November 2026, half past nine in Berlin. */
const opensAt = Date.UTC(2026, 10, 20, 8, 30);

export interface SmallDay {
  readonly data: string;
  readonly folder: string;
  readonly dialogues: string;
  readonly card: StoreCard;
  readonly engine: Engine;
  /** All that was recorded, in order. */
  readonly recorded: readonly Fact[];
  /** The subject of the customer with this number. */
  subjectOf(number: string): number;
  /** What a device reports, now. */
  report<Type extends FactType>(device: string, type: Type, body: FactBody<Type>): void;
  logIn(cart: string, number: string | null): void;
  /** What the store itself observes. */
  observe<Type extends FactType>(type: Type, subject: number | null, body: FactBody<Type>): void;
  /** She sees what her cart shows, and presses this; null: nothing is there to be seen. */
  see(cart: string): string | null;
  answer(cart: string, answer: string): void;
  pass(seconds: number): void;
  /** What stands in the folder of dialogues now is activated. */
  publish(): void;
  now(): number;
  facts(): Promise<Fact[]>;
  /** Everything is on disk; the journal stays open, as beside a running store. */
  settle(): Promise<void>;
  close(): Promise<void>;
  /** As by a power cut: nothing more is written, and the folder stays. */
  cutOff(): Promise<void>;
}

export async function openSmallDay(
  options: {
    customers?: readonly string[];
    change?: (dialogues: string) => void;
    startMs?: number;
    /** Purposes she has said yes to, beside being remembered and spoken to in the store. */
    consent?: readonly string[];
  } = {},
): Promise<SmallDay> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-day-'));
  const data = join(folder, 'data');
  const dialogues = join(folder, 'dialogues');
  mkdirSync(data);
  cpSync(inStoreDialogues, dialogues, { recursive: true });
  options.change?.(dialogues);
  const ports = simulatedPorts({ startMs: options.startMs ?? opensAt, seed: 1 });
  const plan = floorPlan.parse(parse(readFileSync(planFile, 'utf8')));
  const departments = ['suits', 'shoes', 'wine', 'cheese', 'bakery', 'produce', 'shirts'];
  const store = { title: 'Riverside', currency: 'EUR', timeZone: 'Europe/Berlin' };
  const card = storeCardOf({ store, floorPlan: plan, departments });
  writeStoreCard(data, card);
  const journal = openInlineJournal({ file: join(data, 'journal.db'), groupMs: 0, ports });
  const nextRelease = (activated: number): CompiledRelease => {
    const zones = plan.zones.map(({ id }) => id);
    const shelf = join(data, 'releases');
    const { next } = findReleases({ folder: dialogues, shelf, activated, zones, departments });
    if (!next) throw new Error('nothing has changed in the dialogues');
    return next;
  };
  let release = nextRelease(0);
  const people = new People(journal, { defaultLocale: 'en', tombstoneOf: (chainId) => `erased-${chainId}` });
  const subjects = new Map<string, number>();
  for (const [at, number] of (options.customers ?? []).entries()) {
    const subject = people.newNumber();
    subjects.set(number, subject);
    const attributes = { firstName: `Name${at}`, suitSize: '46' };
    const agreed = (options.consent ?? []).map((purpose) => [purpose, true] as const);
    const consent = { remember: true, inStore: true, ...Object.fromEntries(agreed) };
    const chainId = chainIdOf(chainKey, number);
    journal.put({ facts: [], people: [{ kind: 'put', subject, chainId, attributes, consent, locale: 'de' }] });
  }
  await journal.committed();
  const engine = createEngine({
    release,
    chainKey,
    store: { name: store.title, currency: store.currency, timeZone: store.timeZone },
    person: (subject) => people.person(subject),
    places: placesOf(card),
  });
  const recorded: Fact[] = [];
  const visits = new Visits(plan);
  const conductor = new Conductor({
    journal,
    engine,
    visits,
    people,
    clock: ports.clock,
    timers: ports.timers,
    quietMs: 45 * 60_000,
    snapshotEveryFacts: 1_000_000,
    listeners: [(facts) => recorded.push(...facts)],
    onBroken: (_, error) => {
      throw error;
    },
  });
  await conductor.start();
  conductor.activate(release);
  const sequences = new Map<string, number>();
  const report = (device: string, type: FactType, body: unknown, chainId: string | null = null): void => {
    const sequence = (sequences.get(device) ?? 0) + 1;
    sequences.set(device, sequence);
    const source = { device, epoch: 'epoch-1', sequence };
    const fact = { type, seq: 0, at: ports.clock.now(), subject: null, source, cause: null, late: false, body } as Fact;
    const isLogin = type === 'identity.presented';
    const identity = isLogin ? { chainId, means: 'scanned' as const, strength: 'strong' as const } : null;
    const cart = (body as { cart?: string; screen?: string }).cart ?? (body as { screen?: string }).screen ?? null;
    conductor.take({
      facts: [{ fact, identity, cart }],
      source: { device, epoch: 'epoch-1', upTo: sequence },
      rejected: [],
    });
  };
  return {
    recorded,
    data,
    folder,
    dialogues,
    card,
    engine,
    subjectOf: (number) => subjects.get(number) as number,
    report,
    logIn: (cart, number) => {
      const means = number === null ? 'guest' : 'scanned';
      const body = { cart, means, strength: number === null ? 'guest' : 'strong', known: false };
      report(cart, 'identity.presented', body, number === null ? null : chainIdOf(chainKey, number));
    },
    observe: (type, subject, body) => conductor.observe(type, subject, body),
    see: (cart) => {
      const shown = engine.messageOn(cart);
      if (!shown) return null;
      report(cart, 'message.shown', { message: shown.message, screen: cart });
      return shown.message;
    },
    answer: (cart, answer) => {
      const shown = engine.messageOn(cart);
      if (!shown) throw new Error(`nothing is to be answered on ${cart}`);
      report(cart, 'message.answered', { message: shown.message, answer, screen: cart });
    },
    pass: (seconds) => ports.advance(seconds * 1000),
    now: () => ports.clock.now(),
    publish: () => {
      release = nextRelease(release.number);
      conductor.activate(release);
    },
    facts: async () => {
      await journal.committed();
      return journal.facts({ limit: 10_000 });
    },
    settle: () => journal.committed(),
    cutOff: () => journal.close(),
    close: async () => {
      conductor.stop();
      await journal.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function goodsLine(id: string, department: string, amount = 1000): SaleLine {
  return { id, code: '9521', name: department, department, tags: [], quantity: 1000, unitPrice: amount, amount };
}

/** Rewrites one of the day's dialogues: the draft of somebody. */
export function edit(dialogues: string, file: string, change: (text: string) => string): void {
  const path = join(dialogues, file);
  const before = readFileSync(path, 'utf8');
  const after = change(before);
  if (after === before) throw new Error(`nothing changed in ${file}`);
  writeFileSync(path, after);
}
