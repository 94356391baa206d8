/**
 * The newest lines that were refused, kept where whoever stands before the device can read them: in a file of the
 * agent's state folder, which outlives the agent and needs no port. Bounded by count and bytes; the oldest give way.
 * What comes here was masked in the reader. A file that cannot be read is as good as none.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Ports } from '@kairos/protocol/ports.ts';
import { z } from 'zod';
import { sampleLengthMax } from './masked-sample.ts';
import { type RefusedLine, refusalReasons } from './refusal.ts';

export const refusedLinesMax = 500;
export const refusedBytesMax = 65_536;
/** The file is written at most this often, so that a scanner gone wild wears out no memory card. */
const writeEveryMs = 2_000;

const refusedLine = z.strictObject({
  at: z.number(),
  reader: z.string().max(40),
  reason: z.enum(refusalReasons),
  sample: z.string().max(sampleLengthMax),
});

export class RefusedLines {
  readonly #file: string;
  readonly #timers: Ports['timers'];
  readonly #onFault: (error: unknown) => void;
  /** The oldest first, each as it stands in the file. */
  #texts: string[];
  #bytes = 0;
  #cancel: (() => void) | null = null;

  constructor(options: {
    /** The agent's state folder. */
    readonly state: string;
    readonly timers: Ports['timers'];
    /** The file could not be written; the lines are still in memory and it is tried with the next. */
    readonly onFault: (error: unknown) => void;
  }) {
    this.#file = refusedLinesFile(options.state);
    this.#timers = options.timers;
    this.#onFault = options.onFault;
    this.#texts = [];
    for (const line of readRefusedLines(options.state)) this.#append(line);
  }

  /** The oldest first. */
  get lines(): readonly RefusedLine[] {
    return this.#texts.map((text) => JSON.parse(text) as RefusedLine);
  }

  keep(line: RefusedLine): void {
    this.#append(line);
    this.#cancel ??= this.#timers.after(writeEveryMs, () => this.#write());
  }

  /** Writes what is not written yet. */
  close(): void {
    if (this.#cancel === null) return;
    this.#cancel();
    this.#write();
  }

  #append(line: RefusedLine): void {
    const text = `${JSON.stringify(line)}\n`;
    this.#texts.push(text);
    this.#bytes += Buffer.byteLength(text);
    while (this.#texts.length > refusedLinesMax || this.#bytes > refusedBytesMax) {
      this.#bytes -= Buffer.byteLength(this.#texts.shift() as string);
    }
  }

  #write(): void {
    this.#cancel = null;
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
      writeFileSync(`${this.#file}.new`, this.#texts.join(''), { mode: 0o600 });
      renameSync(`${this.#file}.new`, this.#file);
    } catch (error) {
      this.#onFault(error);
    }
  }
}

/** What an agent with this state folder has refused, the oldest first; works beside a running agent and without one. */
export function readRefusedLines(state: string): RefusedLine[] {
  let text: string;
  try {
    text = readFileSync(refusedLinesFile(state), 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    try {
      const parsed = refusedLine.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
}

function refusedLinesFile(state: string): string {
  return join(state, 'refused-lines.jsonl');
}
