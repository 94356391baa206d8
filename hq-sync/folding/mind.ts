/**
 * The engine of headquarters, with the release that is in force: made anew when another is published. Nobody stays in
 * it: a person is brought in with what is known of her, folded, and taken out.
 */

import type { CompiledDialogue, CompiledEntry, CompiledRelease } from '@kairos/dialogue/compiled.ts';
import { createEngine } from '@kairos/dialogue/engine/create-engine.ts';
import type { Engine, Person } from '@kairos/dialogue/engine/engine.ts';
import { type CapOfOne, isOfOne } from '@kairos/dialogue/engine/seat.ts';
import { compileRelease } from '@kairos/dialogue/language/compile.ts';
import { releaseManifest } from '@kairos/protocol/sync-messages.ts';
import type { Sql } from '../database/database.ts';
import type { Folding } from './fold-person.ts';

/** Releases before the newest on which runs may stay. */
const earlierMax = 3;
/** The one who is being folded. */
const subject = 1;

export interface MindOptions {
  readonly chainKey: string;
  readonly currency: string;
  readonly timeZone: string;
}

export class Mind {
  readonly release: number;
  readonly defaultLocale: string;
  /** Something in it must not be said by two at once, however far apart. */
  readonly hasCapOfOne: boolean;
  readonly #engine: Engine;
  readonly #once: ReadonlySet<string>;
  #person: Person | null = null;
  #isHeard: (run: string) => boolean = () => true;
  #isOver: (run: string, dialogue: string) => boolean = () => false;
  #ripeTo: (patienceMs: number) => number = () => 0;
  #capOfOne: CapOfOne | undefined;
  #seq = 0;

  constructor(releases: readonly CompiledRelease[], { chainKey, currency, timeZone }: MindOptions) {
    const newest = releases.at(-1) as CompiledRelease;
    this.release = newest.number;
    this.defaultLocale = newest.house.defaultLocale;
    this.hasCapOfOne = hasCapOfOne(newest);
    this.#once = new Set(newest.dialogues.filter(isOnce).map(({ name }) => name));
    this.#engine = createEngine({
      release: newest,
      earlier: releases.slice(0, -1),
      chainKey,
      store: { name: '', currency, timeZone },
      seat: 'headquarters',
      person: () => this.#person,
      isHeard: (run) => this.#isHeard(run),
      isOver: (run, dialogue) => this.#isOver(run, dialogue),
      ripeTo: (patienceMs) => this.#ripeTo(patienceMs),
      capOfOne: () => this.#capOfOne ?? { isHeld: true, said: 0 },
    });
  }

  /** With her in mind; nothing of her is left in it afterwards. */
  with<Result>(person: Person, use: (folding: Folding) => Result): Result {
    this.#person = person;
    try {
      return use({
        engine: this.#engine,
        subject,
        nextSeq: () => {
          this.#seq += 1;
          return this.#seq;
        },
        listenTo: (isHeard) => {
          this.#isHeard = isHeard;
        },
        isOnce: (dialogue) => this.#once.has(dialogue),
        endWith: (isOver) => {
          this.#isOver = isOver;
        },
        waitTo: (ripeTo) => {
          this.#ripeTo = ripeTo;
        },
        holdCaps: (capOfOne) => {
          this.#capOfOne = capOfOne;
        },
      });
    } finally {
      this.#engine.forget(subject);
      this.#person = null;
      this.#capOfOne = undefined;
    }
  }
}

function hasCapOfOne({ house: { attention, stages } }: CompiledRelease): boolean {
  return [attention.cap, ...stages.map(({ messages }) => messages)].some((rate) => rate !== null && isOfOne(rate));
}

/** Each of its entries is reached once in a lifetime, whoever counts. */
function isOnce({ key, enter }: CompiledDialogue): boolean {
  const isLasting = (entry: CompiledEntry) =>
    entry.kind === 'first' || (entry.kind === 'count' && entry.within === null);
  return key === null && enter.length === 1 && enter.every(isLasting);
}

/** Null: no release was published. */
export async function readMind(sql: Sql, options: MindOptions): Promise<Mind | null> {
  const rows = await sql.query<{ number: number; manifest: string }>(
    'SELECT number, manifest FROM releases ORDER BY number DESC LIMIT $1',
    [earlierMax + 1],
  );
  const releases = rows.reverse().flatMap(({ number, manifest }) => {
    const { files } = releaseManifest.parse(JSON.parse(manifest));
    const { release } = compileRelease([...files], { number });
    return release ? [release] : [];
  });
  return releases.length === 0 ? null : new Mind(releases, options);
}
