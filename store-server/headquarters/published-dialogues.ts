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
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { ReleaseManifest } from '@kairos/protocol/sync-messages.ts';
import { z } from 'zod';

const inForce = z.object({ number: z.int().min(1) });

export class PublishedDialogues {
  readonly #folder: string;

  /** `data`: the store's own folder. */
  constructor(data: string) {
    this.#folder = join(data, 'published');
  }

  /** The release of headquarters that is in force; 0: none. */
  get number(): number {
    const file = join(this.#folder, 'in-force.json');
    if (!existsSync(file)) return 0;
    const read = inForce.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return read.success ? read.data.number : 0;
  }

  /** Where the dialogues in force stand; null: headquarters have published none. */
  get folder(): string | null {
    const { number } = this;
    return number === 0 ? null : this.#folderOf(number);
  }

  /** Lays a release beside the one in force; returns its folder. */
  lay({ number, files }: ReleaseManifest): string {
    const folder = this.#folderOf(number);
    rmSync(folder, { recursive: true, force: true });
    for (const { path, text } of files) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeWhole(file, text);
    }
    return folder;
  }

  /** On disk when this returns; the one before stays beside it. */
  putInForce(number: number): void {
    const before = this.number;
    const file = join(this.#folder, 'in-force.json');
    writeWhole(`${file}.new`, JSON.stringify({ number }));
    renameSync(`${file}.new`, file);
    for (let old = before - 1; old > 0 && existsSync(this.#folderOf(old)); old -= 1)
      rmSync(this.#folderOf(old), { recursive: true, force: true });
  }

  remove(number: number): void {
    rmSync(this.#folderOf(number), { recursive: true, force: true });
  }

  #folderOf(number: number): string {
    return join(this.#folder, String(number));
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
