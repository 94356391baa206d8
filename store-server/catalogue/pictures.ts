/**
 * Pictures for messages, from a folder: `DIALOGUE.webp` goes with every message of a dialogue, `DIALOGUE.STEP.webp` with
 * the messages of one step. Which there are is read once, at the start; no other file of the machine can be asked for.
 */
import { readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';

/** No SVG: it can hold a script. */
const pictureTypes: Readonly<Record<string, string>> = {
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
};
/** A cart's screen shows it at a height of some centimetres; a larger file is left out, and said. */
const pictureBytesMax = 1_000_000;
/** Beyond it, pictures are left out. */
const picturesMax = 2_000;
export const picturePath = '/pictures/';

const pictureName = /^[A-Za-z][A-Za-z0-9-]{0,59}(\.[A-Za-z][A-Za-z0-9-]{0,59})?\.[a-z]{3,4}$/;

export interface Pictures {
  /** The path on the store for a message of this dialogue and step; null: none. */
  of(dialogue: string, step: string): string | null;
  /** The file of that name on disk; null: there is none. */
  file(name: string): { readonly path: string; readonly type: string } | null;
  /** Files that cannot be pictures of messages. */
  readonly leftOut: readonly string[];
}

const noPictures: Pictures = { of: () => null, file: () => null, leftOut: [] };

export function readPictures(folder: string | null): Pictures {
  if (folder === null) return noPictures;
  const byStem = new Map<string, string>();
  const leftOut: string[] = [];
  for (const name of readdirSync(folder).sort()) {
    const stem = name.slice(0, -extname(name).length);
    if (isPicture(folder, name) && !byStem.has(stem) && byStem.size < picturesMax) byStem.set(stem, name);
    else leftOut.push(name);
  }
  const names = new Set(byStem.values());
  return {
    of: (dialogue, step) => {
      const name = byStem.get(`${dialogue}.${step}`) ?? byStem.get(dialogue);
      return name === undefined ? null : picturePath + name;
    },
    file: (name) =>
      names.has(name) ? { path: join(folder, name), type: pictureTypes[extname(name)] as string } : null,
    leftOut,
  };
}

function isPicture(folder: string, name: string): boolean {
  if (!pictureName.test(name) || !Object.hasOwn(pictureTypes, extname(name))) return false;
  const { size, isFile } = lookAt(join(folder, name));
  return isFile && size <= pictureBytesMax;
}

/** A link that leads nowhere is no file. */
function lookAt(path: string): { readonly size: number; readonly isFile: boolean } {
  const stat = statSync(path, { throwIfNoEntry: false });
  return { size: stat?.size ?? 0, isFile: stat?.isFile() ?? false };
}
