/**
 * The releases that this store has run, as they were written: runs stay on the release they began with, so the
 * sources of the last ones are kept beside the journal and compiled again at each start.
 *
 * A release is one file, written whole and renamed into place; a number is never used for other sources.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import type { SourceFile } from '@kairos/dialogue/language/compile.ts';
import { z } from 'zod';

/** Older ones go; a run that is still on one of them leaves by its dialogue's `upgrade`. */
const keptReleases = 20;

const keptRelease = z.strictObject({
  number: z.int().min(1),
  hash: z.string(),
  files: z.array(z.strictObject({ path: z.string(), text: z.string() })),
});
export type KeptRelease = z.infer<typeof keptRelease>;

export class ReleaseShelf {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** Oldest first. What cannot be read is left where it is and passed over: `unreadable` names it. */
  read(): { readonly releases: KeptRelease[]; readonly unreadable: string[]; readonly highest: number } {
    const releases: KeptRelease[] = [];
    const unreadable: string[] = [];
    for (const name of readdirSync(this.#folder).filter((file) => /^\d+\.json$/.test(file))) {
      const parsed = keptRelease.safeParse(readJson(join(this.#folder, name)));
      if (parsed.success) releases.push(parsed.data);
      else unreadable.push(join(this.#folder, name));
    }
    const numbers = [
      ...releases.map(({ number }) => number),
      ...unreadable.map((file) => Number.parseInt(basename(file), 10)),
    ];
    return {
      releases: releases.sort((one, other) => one.number - other.number),
      unreadable,
      highest: Math.max(0, ...numbers),
    };
  }

  /** On disk when this returns. */
  put(release: KeptRelease): void {
    const file = this.#fileOf(release.number);
    const handle = openSync(`${file}.new`, 'w');
    try {
      writeSync(handle, JSON.stringify(release));
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(`${file}.new`, file);
    syncFolder(this.#folder);
    for (const old of this.read().releases.slice(0, -keptReleases)) rmSync(this.#fileOf(old.number));
  }

  #fileOf(number: number): string {
    return join(this.#folder, `${number}.json`);
  }
}

/** A rename is on disk once its folder is. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** All dialogues below a folder, in order of path; paths are relative to it. */
export function readSources(folder: string): SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.ya?ml$/.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
}
