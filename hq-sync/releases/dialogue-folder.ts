/** What is to be published, as it lies in a folder. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceFile } from '@kairos/dialogue/language/compile.ts';

/** In order of path; paths are relative to the folder. Throws, with what to do, where there is nothing to publish. */
export function readDialogueFolder(folder: string): SourceFile[] {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) throw new Error(`There is no folder ${folder}.`);
  if (!found.isDirectory()) throw new Error(`${folder} is a file: name the folder that it lies in.`);
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => /\.ya?ml$/.test(path));
  if (paths.length === 0)
    throw new Error(
      `There is no dialogue in ${folder}: they are files whose names end in .yaml. Nothing was published.`,
    );
  return paths.sort().map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
}
