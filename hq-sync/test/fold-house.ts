/** Headquarters without doors, for the tests of folding: a database, a virtual clock, dialogues in force, and a folder. */
import { generateKeyPairSync } from 'node:crypto';
import { type SimulatedPorts, simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import type { Database } from '../database/database.ts';
import { recordOwn } from '../facts/own-facts.ts';
import { readCustomerState } from '../folding/customer-state.ts';
import { createFolder, type Folder, type FoldStep } from '../folding/folder.ts';
import { publish } from '../releases/release-book.ts';
import { ToldStore } from './told-store.ts';

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
export const startMs = Date.UTC(2026, 2, 2, 8);

const house = `house: test
attention: { perVisit: 9, gap: 1s }
`;
const greet = `dialogue: greet
type: III
objective: { on: sale, within: 60d, value: 10 }
holdout: 0%
enter: [{ on: sale }]
steps:
  later: { wait: { for: next-visit, within: 60d, then: hello, else: end } }
  hello:
    say:
      cart: { moment: any, text: { en: "Welcome back" } }
      validFor: 10m
      answers: { yes: { label: { en: "Yes" }, then: end } }
      silence: { never-shown: end, ignored: { after: 2m, then: end }, walked-away: end, acted-elsewhere: end }
`;

/** An e-mail a week after a purchase of shoes, a reminder a week after that; a purchase answers either. */
export const dialogues = {
  greet,
  /** Of it headquarters hear nothing: whatever is decided is decided in stores. */
  plain: greet
    .replace('dialogue: greet', 'dialogue: plain')
    .replace('objective: { on: sale, within: 60d, value: 10 }\n', ''),
  shoes: `dialogue: shoes
type: II
objective: { on: sale, within: 60d, value: 10 }
holdout: 0%
enter: [{ on: site.visited, where: 'fact.category == "shoes"' }]
steps:
  ask:
    say:
      email: { subject: { en: "Do they fit?" }, body: { en: "Tell us." } }
      validFor: 3d
      answers:
        bought: { on: sale, then: end }
        well: { label: { en: "Yes" }, then: end }
      late: thanks
      silence: { never-shown: end, ignored: { after: 7d, then: remind }, acted-elsewhere: end }
  remind:
    say:
      email: { subject: { en: "Still there?" }, body: { en: "A word." } }
      validFor: 3d
      answers:
        well: { label: { en: "Yes" }, then: end }
      silence: { never-shown: end, ignored: { after: 7d, then: end }, acted-elsewhere: end }
  thanks:
    say:
      mail: { text: { en: "Thank you" }, body: { en: "For coming." } }
      validFor: 9d
      answers:
        back: { label: { en: "She writes" }, then: end }
      silence: { never-shown: end, ignored: { after: 30d, then: end }, acted-elsewhere: end }
`,
};

export class FoldHouse {
  readonly ports: SimulatedPorts;
  readonly database: Database;
  readonly folder: Folder;
  readonly #timeZone: string;
  #facts = 0;

  constructor(
    database: Database,
    onStep?: (step: FoldStep) => void,
    { timeZone = 'UTC', from = startMs }: { readonly timeZone?: string; readonly from?: number } = {},
  ) {
    this.database = database;
    this.ports = simulatedPorts({ startMs: from, seed: 1 });
    this.#timeZone = timeZone;
    this.folder = this.newFolder(onStep);
  }

  newFolder(onStep?: (step: FoldStep) => void): Folder {
    return createFolder({
      database: this.database,
      ports: this.ports,
      chainKey: 'sixteen-characters-and-more',
      currency: 'EUR',
      timeZone: this.#timeZone,
      ...(onStep ? { onStep } : {}),
    });
  }

  /** `more`: what the house says beside its attention. */
  async publish(files: Readonly<Record<string, string>>, more = ''): Promise<void> {
    const { privateKey } = generateKeyPairSync('ed25519');
    const sources = Object.entries(files).map(([name, text]) => ({ path: `${name}.yaml`, text }));
    const published = await publish(this.database, {
      files: [{ path: 'house.yaml', text: house + more }, ...sources],
      key: privateKey,
      now: this.ports.clock.now(),
    });
    if (published.kind === 'faulty') throw new Error(published.problems);
  }

  store(name: string): Promise<ToldStore> {
    return new ToldStore(this.database, this.ports).open(name);
  }

  async allow(chainId: string, ...purposes: readonly string[]): Promise<void> {
    for (const purpose of purposes)
      await this.database.query(
        `INSERT INTO consents (chain_id, purpose, at, granted, origin) VALUES ($1, $2, 0, true, 'page')`,
        [chainId, purpose],
      );
  }

  async tell(chainId: string | null, type: Parameters<typeof recordOwn>[1]['type'], body: unknown): Promise<void> {
    this.#facts += 1;
    const at = this.ports.clock.now();
    await this.database.transaction((sql) =>
      recordOwn(sql, { id: `told-${this.#facts}`, chainId, type, at, body }, at),
    );
    await this.folder.foldDue();
  }

  /** Time passes, and headquarters look every few minutes. */
  async pass(ms: number, stepMs = 1_800_000): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.ports.advance(Math.min(stepMs, ms - passed));
      await this.folder.foldDue();
    }
  }

  async commands(chainId: string): Promise<{ kind: string; step: string; state: string; message: string }[]> {
    return this.database.query(
      'SELECT kind, step, state, message FROM commands WHERE chain_id = $1 ORDER BY made_at, command',
      [chainId],
    );
  }

  /** As after another release: from her first fact on. */
  async foldAnew(chainId: string): Promise<void> {
    await this.database.query(
      `UPDATE customer_states SET state = jsonb_set(state, '{release}', '-1') WHERE chain_id = $1`,
      [chainId],
    );
    await this.foldOn(chainId);
  }

  async foldOn(chainId: string): Promise<void> {
    await this.database.query('INSERT INTO to_fold (chain_id, since) VALUES ($1, 0)', [chainId]);
    await this.folder.foldDue();
  }

  async state(chainId: string): Promise<ReturnType<typeof readCustomerState>> {
    const [row] = await this.database.query<{ state: unknown }>(
      'SELECT state FROM customer_states WHERE chain_id = $1',
      [chainId],
    );
    return readCustomerState(row?.state);
  }
}
