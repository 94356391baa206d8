/**
 * A store's real mind on one thread under a simulated clock: intake, journal, visits, conductor, and what delivery would
 * put on each screen. Nothing of it is written anew here; only the doors to a network are missing. Devices speak to it
 * in the same turn, so that the same words in the same order give the same facts.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { SourceFile } from '@kairos/dialogue/language/compile.ts';
import type { DeviceFact } from '@kairos/protocol/device-facts.ts';
import type { Fact, FactBody, FactType } from '@kairos/protocol/facts.ts';
import type { ScreenMessage } from '@kairos/protocol/screen-events.ts';
import { type SimulatedPorts, simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import type { StoreConfig } from '@kairos/store-server/config.ts';
import { type CartViewSources, cartView } from '@kairos/store-server/delivery/cart-view.ts';
import { ChangedViews } from '@kairos/store-server/delivery/changed-views.ts';
import { createIntake, type Intake } from '@kairos/store-server/intake/intake.ts';
import { createStoreClock, type StoreClock } from '@kairos/store-server/intake/store-clock.ts';
import { type OpenedJournal, openInlineJournal } from '@kairos/store-server/journal/open-journal.ts';
import { type Mind, wake } from '@kairos/store-server/mind.ts';

export interface SimulatedStoreOptions {
  /** As the store's own file has it, but for dialogues, customers and data. */
  readonly config: StoreConfig;
  readonly dialogues: readonly SourceFile[];
  /** The customers' file, as text. */
  readonly customers: string;
  /** Where the data go and stay; without it, into a folder that `close` takes away. */
  readonly keep?: string;
  readonly startMs: number;
  readonly seed: number;
  /** What had been recorded before the first day. Called once, on a journal that nobody else has open. */
  readonly past?: (journal: OpenedJournal, config: StoreConfig) => void;
}

/** What came of it beside facts. */
export interface Mishaps {
  /** What devices said and intake would not take, by reason. */
  readonly refused: Map<string, number>;
  /** Facts that the engine could not handle. */
  failures: number;
}

export class SimulatedStore {
  readonly ports: SimulatedPorts;
  readonly mind: Mind;
  readonly config: StoreConfig;
  readonly mishaps: Mishaps;
  readonly #journal: OpenedJournal;
  readonly #intake: Intake;
  readonly #sequences = new Map<string, number>();
  readonly #epoch: string;
  readonly #close: () => void;

  private constructor(parts: {
    readonly ports: SimulatedPorts;
    readonly mind: Mind;
    readonly config: StoreConfig;
    readonly mishaps: Mishaps;
    readonly journal: OpenedJournal;
    readonly clock: StoreClock;
    readonly close: () => void;
  }) {
    this.ports = parts.ports;
    this.mind = parts.mind;
    this.config = parts.config;
    this.mishaps = parts.mishaps;
    this.#journal = parts.journal;
    this.#close = parts.close;
    this.#epoch = parts.ports.random.id();
    const { ports, config, mind, mishaps } = parts;
    this.#intake = createIntake({
      config,
      floorPlan: config.floorPlan,
      goods: mind.goods,
      journal: parts.journal,
      takeIn: (batch) => mind.conductor.take(batch),
      sendAck: () => undefined,
      clock: parts.clock,
      timers: ports.timers,
      meter: {
        taken: () => undefined,
        rejected: (reason) => {
          mishaps.refused.set(reason, (mishaps.refused.get(reason) ?? 0) + 1);
        },
        passedOver: () => undefined,
        remarked: () => undefined,
        acknowledged: () => undefined,
      },
    });
  }

  /** Throws `BrokenDialoguesError` where the dialogues cannot run. */
  static async open(options: SimulatedStoreOptions): Promise<SimulatedStore> {
    const { seed, startMs, keep, past } = options;
    const folder = mkdtempSync(join(tmpdir(), 'kairos-simulate-'));
    const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
    try {
      const config = stage(options, folder, keep ?? join(folder, 'data'));
      const ports = simulatedPorts({ startMs, seed });
      const file = join(config.data, 'journal.db');
      // Each turn's facts go to disk when the world pauses for it (`settle`), not by a clock that stands still meanwhile.
      const open = (): OpenedJournal => openInlineJournal({ file, groupMs: 0, ports });
      if (past) {
        const empty = open();
        past(empty, config);
        await empty.close();
      }
      const journal = open();
      const mishaps: Mishaps = { refused: new Map(), failures: 0 };
      const clock = createStoreClock(ports.clock);
      const log = {
        info: () => undefined,
        warn: () => undefined,
        debug: () => undefined,
        error: () => {
          mishaps.failures += 1;
        },
      };
      const mind = await wake({ config, journal, clock, ports, log });
      return new SimulatedStore({ ports, mind, config, mishaps, journal, clock, close: removeFolder });
    } catch (error) {
      removeFolder();
      throw error;
    }
  }

  /** What a device says, now. */
  say(device: string, type: DeviceFact['type'], body: object): void {
    const sequence = this.#sequences.get(device) ?? 1;
    this.#sequences.set(device, sequence + 1);
    const facts = [{ sequence, ageMs: 0, type, body }];
    this.#intake.receive(device, 'mqtt', { epoch: this.#epoch, oldest: sequence, facts });
  }

  /** What the store itself observes, or somebody did on one of its pages. */
  observe<Type extends FactType>(type: Type, subject: number | null, body: FactBody<Type>): void {
    this.mind.conductor.observe(type, subject, body);
  }

  /** Told of everything that is recorded, in order. */
  listen(listener: (facts: readonly Fact[]) => void): void {
    this.mind.listeners.push(listener);
  }

  /** Told what each cart's screen shows, whenever that may have changed; and what a till shows its cashier. */
  watchScreens(look: (screen: string, message: ScreenMessage | null) => void): void {
    const { visits, people, engine } = this.mind;
    const sources: CartViewSources = { store: this.config.store, visits, people, engine };
    const changed = new ChangedViews(visits);
    const others = [...this.config.floorPlan.tills, ...this.config.floorPlan.screens].map(({ id }) => id);
    this.listen((facts) => {
      for (const [cart, parts] of changed.of(facts)) {
        if (parts.has('message')) look(cart, cartView(cart, this.ports.clock.now(), sources).message);
      }
      if (facts.some(({ type }) => type.startsWith('message.'))) {
        for (const screen of others) look(screen, this.#messageOn(screen));
      }
    });
  }

  /** Whether the store asks her, on this cart, if she wants to be remembered. */
  isAskedToRemember(cart: string): boolean {
    return this.mind.visits.visitOn(cart)?.asked != null;
  }

  /** All that was put is on disk, and everybody who waited for that has gone on. */
  settle(): Promise<void> {
    return this.#journal.committed();
  }

  /** The store ends in order. */
  async close(): Promise<void> {
    this.#intake.close();
    this.mind.conductor.stop();
    await this.#journal.close();
    this.#close();
  }

  #messageOn(screen: string): ScreenMessage | null {
    const { engine } = this.mind;
    const speaking = engine.messageOn(screen);
    const rendered = speaking && engine.render(speaking.subject, speaking.message);
    if (!rendered) return null;
    const { message: id, headline, body, answers, validUntil } = rendered;
    return { id, headline, body, answers: [...answers], validForMs: validUntil - this.ports.clock.now() };
  }
}

/** The files of this one trial, in a folder of its own. */
function stage({ config, dialogues, customers }: SimulatedStoreOptions, folder: string, data: string): StoreConfig {
  mkdirSync(data, { recursive: true });
  for (const { path, text } of dialogues) {
    const file = join(folder, 'dialogues', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const customersFile = join(folder, 'customers.csv');
  writeFileSync(customersFile, customers);
  return { ...config, data, dialogues: join(folder, 'dialogues'), customers: customersFile };
}
