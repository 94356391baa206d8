/**
 * The dialogues that headquarters have published, beside the journal: one folder a release, and a word that says which
 * is in force. Where there is one it stands for the folder that the configuration names; without a line as well.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { languageVersion } from '@kairos/dialogue/language/language-version.ts';
import { type ReleaseManifest, releaseManifest, type WaitingDialogue } from '@kairos/protocol/sync-messages.ts';
import { z } from 'zod';

const inForce = z.object({
  number: z.int().min(1),
  /** The version of the language that the store knew when it was taken; 0: by a build that did not say. */
  language: z.int().min(0).default(0),
  waiting: releaseManifest.shape.waiting.default([]),
  /** When it was published; 0: taken by a build that did not write it down. */
  madeAt: z.int().min(0).default(0),
  /** Where it stands; absent: under its number. */
  folder: z
    .string()
    .regex(/^\d+-\d+$/)
    .optional(),
});
type InForce = z.infer<typeof inForce>;
const none: InForce = { number: 0, language: 0, waiting: [], madeAt: 0 };

export class PublishedDialogues {
  readonly #folder: string;

  readonly #known: number;

  /** `data`: the store's own folder. `known`: the version of the language that this build knows. */
  constructor(data: string, known: number = languageVersion) {
    this.#folder = join(data, 'published');
    this.#known = known;
  }

  /** The release of headquarters that is in force; 0: none. */
  get number(): number {
    return this.#inForce.number;
  }

  /** When headquarters published it; 0: not known. */
  get madeAt(): number {
    return this.#inForce.madeAt;
  }

  /** As far as a build that knew this version of the language could run it. */
  get language(): number {
    return this.#inForce.language;
  }

  /** Dialogues of it that this store does not run until it is updated. */
  get waiting(): readonly WaitingDialogue[] {
    return this.#inForce.waiting;
  }

  get #inForce(): InForce {
    const file = join(this.#folder, 'in-force.json');
    if (!existsSync(file)) return none;
    const read = inForce.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return read.success ? read.data : none;
  }

  /** Where the dialogues in force stand; null: headquarters have published none. */
  get folder(): string | null {
    const { number, folder = String(number) } = this.#inForce;
    return number === 0 ? null : join(this.#folder, folder);
  }

  /** Lays a release beside the one in force, which may be a part of the same; returns its folder. */
  lay(manifest: ReleaseManifest): string {
    const folder = join(this.#folder, this.#nameOf(manifest));
    rmSync(folder, { recursive: true, force: true });
    for (const { path, text } of manifest.files) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeWhole(file, text);
    }
    return folder;
  }

  /** What was laid; on disk when this returns. The one before stays beside it. */
  putInForce(manifest: ReleaseManifest): void {
    const before = this.#inForce;
    const { number, madeAt, waiting = [] } = manifest;
    const name = this.#nameOf(manifest);
    const file = join(this.#folder, 'in-force.json');
    const folder = name === String(number) ? {} : { folder: name };
    writeWhole(`${file}.new`, JSON.stringify({ number, madeAt, language: this.#known, waiting, ...folder }));
    renameSync(`${file}.new`, file);
    for (const old of readdirSync(this.#folder)) {
      const isRelease = /^\d+(-\d+)?$/.test(old);
      const isOfBefore = old === (before.folder ?? String(before.number));
      if (isRelease && Number.parseInt(old, 10) <= before.number && !isOfBefore && old !== name)
        rmSync(join(this.#folder, old), { recursive: true, force: true });
    }
  }

  /** What was laid and does not run here. */
  remove(manifest: ReleaseManifest): void {
    rmSync(join(this.#folder, this.#nameOf(manifest)), { recursive: true, force: true });
  }

  /** More of the one in force goes beside it, as any other release. */
  #nameOf({ number }: ReleaseManifest): string {
    return number === this.number ? `${number}-${this.#known}` : String(number);
  }
}

/** Whose dialogues the store runs: headquarters' where there are any, else its own. */
export function dialoguesFolder({ data, dialogues }: { readonly data: string; readonly dialogues: string }): string {
  return new PublishedDialogues(data).folder ?? dialogues;
}

function writeWhole(file: string, text: string): void {
  const handle = openSync(file, 'w');
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
