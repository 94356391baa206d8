/** What headquarters do between what the store says, the same each time: customers, dialogues, mails, an erasure. */
import type { KeyObject } from 'node:crypto';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { CommandBook } from '../../channels/command-book.ts';
import { eraseCustomer } from '../../customers/erase-customer.ts';
import type { Database } from '../../database/database.ts';
import { lendRuns } from '../../down/waiting-runs.ts';
import { recordOwn } from '../../facts/own-facts.ts';
import { createFolder } from '../../folding/folder.ts';
import { mergeIdentities } from '../../folding/identities.ts';
import { publish } from '../../releases/release-book.ts';

/** As the store's stand has it. */
export const chainKey = 'a-chain-key-for-tests-only';
/** Customers of the full days, as that journal knows them. */
export const regular = 'e5746b99688442116c5d74f241a3aa68';
export const mover = 'c9a957efb9a9b6d8a5700d7c640216e4';
export const shopper = '6575c8cc80faadb5688afab382173eed';
/** Of whom the store has not heard: one who is assigned to it, one who will stand there, one who is the mover as well. */
export const assigned = '00000000000000000000000000000a01';
export const stranger = '00000000000000000000000000000a02';
export const otherCard = '00000000000000000000000000000a03';
/** Only what headquarters hear themselves lets anybody in: who else may be is decided better by later versions. */
const files = [
  { path: 'house.yaml', text: 'house: test\nattention: { perVisit: 9, gap: 1s }\n' },
  {
    path: 'shoes.yaml',
    text: `dialogue: shoes
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
      silence: { never-shown: end, ignored: { after: 7d, then: remind }, acted-elsewhere: end }
  remind:
    say:
      email: { subject: { en: "Still there?" }, body: { en: "A word." } }
      validFor: 3d
      answers:
        well: { label: { en: "Yes" }, then: end }
      silence: { never-shown: end, ignored: { after: 7d, then: end }, acted-elsewhere: end }
`,
  },
];

export interface Scene {
  readonly database: Database;
  readonly now: number;
  /** Signs releases. */
  readonly releaseKey: KeyObject;
}

export async function foldAll({ database, now }: Pick<Scene, 'database' | 'now'>): Promise<void> {
  const ports = simulatedPorts({ startMs: now, seed: 1 });
  await createFolder({ database, ports, chainKey, currency: 'EUR', timeZone: 'UTC' }).foldDue();
}

async function tell({ database, now }: Scene, id: string, chainId: string | null, at: number): Promise<void> {
  const body = { page: '/shoes', category: 'shoes' };
  await database.transaction((sql) => recordOwn(sql, { id, chainId, type: 'site.visited', at, body }, now));
}

export const acts: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  /** A list has come in, with addresses and with what they agreed to, one of them withdrawn again. */
  customers: async ({ database, now }) => {
    for (const [chainId, attributes, locale] of [
      [regular, { tier: 'gold', visits: 12, isMember: true }, 'de'],
      [mover, { tier: 'silver' }, 'en'],
      [assigned, { homeStore: 'riverside', firstName: 'Nora' }, 'fr'],
      [stranger, { firstName: 'Olga' }, 'es'],
    ] as const)
      await database.query(
        `INSERT INTO customers (chain_id, attributes, locale, time_zone, address, made_at, changed_at)
         VALUES ($1, $2, $3, 'Europe/Berlin', $4, $5, $5)
         ON CONFLICT (chain_id) DO UPDATE SET attributes = excluded.attributes, locale = excluded.locale, address = excluded.address`,
        [chainId, attributes, locale, { email: `${chainId}@example.net`, post: ['1 Main Street'] }, now],
      );
    for (const [chainId, purpose, at, granted] of [
      [regular, 'email', now - 2_000, true],
      [regular, 'call', now - 2_000, true],
      [regular, 'call', now - 1_000, false],
      [assigned, 'remember', now - 3_000, true],
      [assigned, 'email', now - 3_000, true],
      [stranger, 'inStore', now - 3_000, true],
    ] as const)
      await database.query('INSERT INTO consents VALUES ($1, $2, $3, $4, $5)', [chainId, purpose, at, granted, 'page']);
  },
  /** A run waits for somebody's visit. */
  lend: async ({ database }) => {
    const run = {
      run: 'r-waiting-0001',
      dialogue: 'stroller',
      step: 'later',
      term: 1,
      state: '{"i":"r-waiting-0001"}',
    };
    await lendRuns(database, assigned, [run]);
  },
  /** Two cards turn out to be one person's. */
  merge: async ({ database, now }) => {
    await mergeIdentities(database, { chainId: mover, other: otherCard, now });
  },
  publish: async ({ database, now, releaseKey }) => {
    await publish(database, { files, key: releaseKey, now });
  },
  fold: foldAll,
  /** Somebody looks at shoes: a mail is to go out; a carrier has begun with the first and sent the second. */
  mails: async (scene) => {
    const { database, now } = scene;
    await tell(scene, 'click-1', regular, now - 1_000);
    await foldAll({ database, now });
    const book = new CommandBook({ database, who: 'hq-1', tagKey: 'a key for names of mails' });
    const [claimed] = await book.claim(['email'], { now, max: 1 });
    if (!claimed) throw new Error('no mail was to be sent');
    await book.beginSending(claimed, { now, isHarmless: false });
    await book.settle(claimed, { state: 'done', outcome: { response: '250 OK' }, reached: now }, now);
    await tell(scene, 'click-2', assigned, now - 500);
    await foldAll({ database, now });
    await book.claim(['email'], { now, max: 1 });
  },
  erase: async ({ database, now }) => {
    await database.transaction((sql) => eraseCustomer(sql, { chainId: shopper, chainKey, origin: 'page', now }));
  },
};
