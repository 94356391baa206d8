/**
 * Takes a release that headquarters have published: judged by its signature, tried against this store's own zones and
 * departments, and only then put in force, at once and for good. Whatever is wrong with it leaves in force what was, and
 * headquarters are told with the next word.
 */
import type { KeyObject } from 'node:crypto';
import type { CompiledRelease } from '@kairos/dialogue/compiled.ts';
import { languageVersion } from '@kairos/dialogue/language/language-version.ts';
import type { HqClient } from '@kairos/hq-sync/link/hq-client.ts';
import { judgeRelease } from '@kairos/hq-sync/link/signed-release.ts';
import { faultText } from '@kairos/protocol/config-fault.ts';
import type { ReleaseManifest, SyncHello } from '@kairos/protocol/sync-messages.ts';
import type { Log } from '../log.ts';
import { type ReloadOptions, reloadDialogues } from '../reload.ts';
import { departmentsOf, readDialogues } from '../store-files.ts';
import { PublishedDialogues } from './published-dialogues.ts';

const faultCharsMax = 300;
/** Dialogues that are named. */
const namesMax = 8;

const unknownThere = (number: number): string =>
  `release ${number}, which is in force here, is not that of headquarters: their database was put back from a copy. Publish the dialogues again: they get a number that is newer`;

export interface ReleaseTakerOptions extends Pick<ReloadOptions, 'config' | 'goods' | 'conductor'> {
  readonly release: { current: CompiledRelease };
  /** Headquarters' public key. */
  readonly key: KeyObject;
  readonly clock: { now(): number };
  readonly log: Pick<Log, 'info' | 'warn'>;
  /** The version of the language that this build knows. */
  readonly language?: number;
}

export class ReleaseTaker {
  readonly #options: ReleaseTakerOptions;
  readonly #published: PublishedDialogues;
  readonly #language: number;
  #fault: string | null = null;
  /** Headquarters know the one in force no more. */
  #unknown: string | null = null;
  /** The one that was refused: it is not fetched again at every word. */
  #refused = 0;

  constructor(options: ReleaseTakerOptions) {
    this.#options = options;
    this.#language = options.language ?? languageVersion;
    this.#published = new PublishedDialogues(options.config.data, this.#language);
  }

  /** What headquarters are told of it. */
  get standing(): Pick<SyncHello, 'release' | 'releaseFault'> {
    return { release: this.#published.number, releaseFault: this.#fault ?? this.#unknown };
  }

  /** Dialogues of the release in force that are left out until this store is updated, and why; null: none is. */
  get waiting(): string | null {
    const { waiting, number } = this.#published;
    if (waiting.length === 0) return null;
    const names = waiting.map(({ dialogue }) => dialogue);
    const shown = names.slice(0, namesMax).join(', ') + (names.length > namesMax ? `, … (${names.length} in all)` : '');
    const needs = Math.max(...waiting.map((one) => one.needs));
    return `of release ${number} this store does not run: ${shown}. They need version ${needs} of the language, and this build knows ${this.#language}: update the store`;
  }

  /** `newest`: the number that headquarters spoke of, 0: they have published none; `madeAt`: when, where they said so. */
  async take(newest: number, client: Pick<HqClient, 'release'>, madeAt = 0): Promise<void> {
    const inForce = this.#published.number;
    const isUnknown = this.#isUnknownThere(newest, madeAt);
    if (isUnknown && this.#unknown === null) this.#options.log.warn({ inForce, newest }, unknownThere(inForce));
    this.#unknown = isUnknown ? unknownThere(inForce) : null;
    if (isUnknown) return;
    // Taken by a build that knew less: there may be more in it for this one.
    const isAgain = newest === inForce && this.#published.language < this.#language;
    if ((newest <= inForce && !isAgain) || newest === this.#refused) return;
    const answer = await client.release(this.#language);
    if (answer.kind !== 'answered') return;
    const { key, clock, log } = this.#options;
    const judged = judgeRelease(answer.content, { key, inForce, now: clock.now(), isAgain });
    const fault = judged.kind === 'bad' ? judged.message : this.#putInForce(judged.manifest);
    this.#fault = fault?.slice(0, faultCharsMax) ?? null;
    this.#refused = fault === null ? 0 : newest;
    if (fault === null) log.info({ release: newest }, 'a release of headquarters has come into force');
    else log.warn({ release: newest, reason: fault }, 'a release of headquarters is not taken');
  }

  /** They have an older one, or another of the same number. */
  #isUnknownThere(newest: number, madeAt: number): boolean {
    const { number, madeAt: taken } = this.#published;
    return newest < number || (newest === number && madeAt !== taken && madeAt > 0 && taken > 0);
  }

  /** Null where it is in force now; else why not. */
  #putInForce(manifest: ReleaseManifest): string | null {
    const { config, goods } = this.#options;
    const folder = this.#published.lay(manifest);
    const places = { zones: config.floorPlan.zones.map(({ id }) => id), departments: departmentsOf(goods) };
    const { faults } = readDialogues(folder, places);
    const [first] = faults;
    if (first) {
      this.#published.remove(manifest);
      const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
      return `it does not run in this store: ${faultText(first)}${more}`;
    }
    this.#published.putInForce(manifest);
    reloadDialogues(this.#options);
    return null;
  }
}
