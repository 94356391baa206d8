/**
 * What one release changes of another, by the hashes of their dialogues. Of ten thousand nearly all stand where they
 * stood and are the same: they cost one comparison each, and nothing is looked up by name.
 */
import type { CompiledDialogue, CompiledHouse } from '../compiled.ts';

export interface ReleaseChanges {
  /** Names of those that are changed or gone. */
  readonly retired: readonly string[];
  /** Changed or new. */
  readonly fresh: readonly PlacedDialogue[];
  /** The same as before, in another place. */
  readonly moved: readonly PlacedDialogue[];
}

export interface PlacedDialogue {
  readonly dialogue: CompiledDialogue;
  /** Its place in the newer release. */
  readonly order: number;
}

export function changesBetween(
  before: readonly CompiledDialogue[],
  after: readonly CompiledDialogue[],
): ReleaseChanges {
  const left = new Map<string, CompiledDialogue>();
  const come: PlacedDialogue[] = [];
  for (let order = 0; order < Math.max(before.length, after.length); order += 1) {
    const old = before[order];
    const dialogue = after[order];
    if (old && dialogue && isSame(old, dialogue)) continue;
    if (old) left.set(old.name, old);
    if (dialogue) come.push({ dialogue, order });
  }
  const [moved, fresh] = [[] as PlacedDialogue[], [] as PlacedDialogue[]];
  for (const placed of come) {
    const { dialogue } = placed;
    const old = left.get(dialogue.name);
    const isMoved = old !== undefined && isSame(old, dialogue);
    if (isMoved) left.delete(dialogue.name);
    (isMoved ? moved : fresh).push(placed);
  }
  return { retired: [...left.keys()], fresh, moved };
}

/** Without a hash it is another one in every release. */
export function isSame(one: Hashed, other: Hashed): boolean {
  return one === other || (one.hash !== undefined && one.hash === other.hash);
}

type Hashed = Pick<CompiledDialogue | CompiledHouse, 'hash'>;
