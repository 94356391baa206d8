/**
 * Which release a start runs: the one that the journal's state was folded under, and, where the folder of dialogues
 * says something else since, the next number, to be activated once the state stands.
 */
import type { CompiledRelease } from '@kairos/dialogue/compiled.ts';
import { compileRelease, formatProblems } from '@kairos/dialogue/language/compile.ts';
import { ReleaseShelf, readSources } from './release-shelf.ts';

export interface Releases {
  /** Up to the one that is active, oldest first; empty at the very first start. */
  readonly before: readonly CompiledRelease[];
  /** The one to be activated now, where it is another; it is on the shelf already. */
  readonly next: CompiledRelease | null;
  /** Warnings, and releases on the shelf that can no longer be read: for the log. */
  readonly remarks: readonly string[];
}

/** What is wrong with the dialogues, as `npm run check` would say it. */
export class BrokenDialoguesError extends Error {}

export function findReleases(options: {
  readonly folder: string;
  readonly shelf: string;
  /** The newest release that the journal says was activated; 0: none. */
  readonly activated: number;
  readonly zones: readonly string[];
  readonly departments: readonly string[];
}): Releases {
  const { zones, departments, activated } = options;
  const shelf = new ReleaseShelf(options.shelf);
  const { releases: kept, unreadable, highest } = shelf.read();
  const remarks = unreadable.map((file) => `${file} is no release any more and is passed over`);
  const compiled: CompiledRelease[] = [];
  for (const { number, files } of kept) {
    const { release } = compileRelease(files, { number, zones, departments });
    if (release) compiled.push(release);
    else remarks.push(`release ${number} does not compile any more (has the floor plan changed?); its runs end`);
  }
  const before = compiled.filter(({ number }) => number <= activated);
  const sources = readSources(options.folder);
  const number = Math.max(activated, highest) + 1;
  const { release, problems } = compileRelease(sources, { number, zones, departments });
  const text = formatProblems(problems, sources);
  if (!release) throw new BrokenDialoguesError(`The dialogues in ${options.folder} cannot run:\n${text}`);
  if (text !== '') remarks.push(text);
  const newest = compiled.at(-1);
  if (newest?.hash === release.hash) {
    // Written before a crash and never activated, or active already.
    return { before, next: newest.number > activated ? newest : null, remarks };
  }
  shelf.put({ number, hash: release.hash, files: sources.map(({ path, text: source }) => ({ path, text: source })) });
  return { before, next: release, remarks };
}
