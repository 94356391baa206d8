/**
 * The files of a draft: a folder of dialogues with the house that binds them. A folder of several houses runs under its
 * topmost one, and a folder that lies below a house and has none of its own runs under that one; each is said.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isHouseFile, type SourceFile } from '@kairos/dialogue/language/compile.ts';
import { readSources } from './release-shelf.ts';

export interface DraftSources {
  readonly files: readonly SourceFile[];
  /** What a person should know about them. */
  readonly remarks: readonly string[];
}

/** How far up a house is looked for. */
const foldersUpMax = 3;
const houseNames = ['house.yaml', 'house.yml'];

/** Or why there are none. */
export function readDraft(folder: string): DraftSources | string {
  let all: SourceFile[];
  try {
    all = statSync(folder).isFile()
      ? [{ path: folder.replace(/.*[\\/]/, ''), text: readFileSync(folder, 'utf8') }]
      : readSources(folder);
  } catch {
    return `${folder} cannot be read: name the folder with the dialogues.`;
  }
  const dialogues = all.filter(({ path }) => !isHouseFile(path));
  if (dialogues.length === 0) return `There are no dialogues (*.yaml) in ${folder}.`;
  const houses = all.filter(({ path }) => isHouseFile(path)).sort((one, other) => depthOf(one) - depthOf(other));
  const [own, ...others] = houses;
  if (own === undefined) return underHouseAbove(folder, dialogues);
  const isClear = others.every((other) => depthOf(other) > depthOf(own));
  // Two houses side by side: the checker says it best.
  if (!isClear) return { files: all, remarks: [] };
  const remarks = others.map(({ path }) => `${path} is left out: ${own.path} binds the whole folder.`);
  return { files: all.filter((file) => !others.includes(file)), remarks };
}

function underHouseAbove(folder: string, dialogues: readonly SourceFile[]): DraftSources {
  let above = statSync(folder).isFile() ? resolve(folder) : join(resolve(folder), 'x');
  for (let up = 0; up <= foldersUpMax; up += 1) {
    above = dirname(above);
    for (const name of houseNames) {
      const file = join(above, name);
      if (!existsSync(file)) continue;
      const house = { path: name, text: readFileSync(file, 'utf8') };
      return { files: [house, ...dialogues], remarks: [`${file} binds these dialogues.`] };
    }
  }
  return { files: dialogues, remarks: [] };
}

function depthOf({ path }: SourceFile): number {
  return path.split(/[\\/]/).length;
}
