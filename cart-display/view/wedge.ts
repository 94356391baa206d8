/**
 * A scanner that types like a keyboard, told apart from fingers by its pace: many keys in a burst, then Enter. Pure;
 * takes each key with its time and gives the code when one is complete.
 */

export interface Burst {
  readonly text: string;
  readonly lastMs: number;
}

export const noBurst: Burst = { text: '', lastMs: Number.NEGATIVE_INFINITY };
/** Scanners send a key every 1 to 20 ms; the quickest fingers need twice this. */
export const keyGapMaxMs = 45;
/** Shorter bursts are somebody drumming. */
const codeLengthMin = 4;
const codeLengthMax = 80;

export interface Keyed {
  readonly burst: Burst;
  /** A whole code, as read. */
  readonly code: string | null;
}

export function feedKey(burst: Burst, key: string, atMs: number): Keyed {
  const isQuick = atMs - burst.lastMs <= keyGapMaxMs;
  if (key === 'Enter') {
    const code = isQuick && burst.text.length >= codeLengthMin ? burst.text : null;
    return { burst: noBurst, code };
  }
  // Shift and the like come between the keys of a code.
  if (key.length !== 1) return { burst: isQuick ? { ...burst, lastMs: atMs } : noBurst, code: null };
  const text = (isQuick ? burst.text + key : key).slice(0, codeLengthMax);
  return { burst: { text, lastMs: atMs }, code: null };
}
