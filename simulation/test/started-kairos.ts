/**
 * `npm start` as a person runs it: in a terminal of its own, so that Ctrl-C reaches the whole group; everything it
 * prints is kept, and every process that comes of it is known by its own number.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const upMaxMs = 170_000;
const endMaxMs = 60_000;

export interface ProcessSeen {
  readonly pid: number;
  /** Clock ticks since boot: a number that comes again belongs to somebody else. */
  readonly startedAt: string;
  readonly command: string;
}

export class StartedKairos {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #output = '';
  #listeners: (() => void)[] = [];

  constructor(args: readonly string[]) {
    this.#child = spawn('npm', ['start', '--', ...args], {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (part: Buffer): void => {
      this.#output += part.toString();
      for (const listener of this.#listeners) listener();
    };
    this.#child.stdout?.on('data', keep);
    this.#child.stderr?.on('data', keep);
    this.#ended = new Promise((resolve) => this.#child.once('close', resolve));
  }

  get output(): string {
    return this.#output;
  }

  /** Resolves with what it has printed once `words` stand in it. */
  says(words: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (this.#output.includes(words)) done(() => resolve(this.#output));
      };
      const late = setTimeout(
        () => done(() => reject(new Error(`"${words}" was not said within ${upMaxMs} ms:\n${this.#output}`))),
        upMaxMs,
      );
      const done = (then: () => void): void => {
        clearTimeout(late);
        this.#listeners = this.#listeners.filter((one) => one !== look);
        then();
      };
      this.#listeners.push(look);
      void this.#ended.then(() => done(() => reject(new Error(`it ended:\n${this.#output}`))));
      look();
    });
  }

  /** The page addresses that it printed. */
  get pages(): { manager: string; watched: string; free: string; screen: string; till: string; calls: string } {
    const found = [...this.#output.matchAll(/http:\/\/\S+/g)].map(([address]) => address);
    const page = (part: RegExp): string => {
      const address = found.find((one) => part.test(one));
      if (address === undefined) throw new Error(`no page like ${part} in:\n${this.#output}`);
      return address;
    };
    return {
      manager: page(/\/manager\/$/),
      watched: page(/watch=1$/),
      free: page(/cart=cart-13$/),
      screen: page(/\?screen=screen-produce$/),
      till: page(/\/till\/\?till=till-1$/),
      calls: page(/\/calls$/),
    };
  }

  /** Everything that has come of it and is alive. */
  processes(): ProcessSeen[] {
    const all = everyProcess();
    const ours = new Set([this.#child.pid]);
    // Children come after their parents here only mostly: as often as something new is found.
    for (let before = 0; before !== ours.size; ) {
      before = ours.size;
      for (const one of all) if (ours.has(one.parent)) ours.add(one.pid);
    }
    return all.filter((one) => ours.has(one.pid));
  }

  /**
   * Ctrl-C: the terminal signals the whole group. Resolves when everything that prints is gone, with the exit code; npm
   * itself ends by the signal, which has none.
   */
  async interrupt(): Promise<number | null> {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGINT');
    let late: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      late = setTimeout(() => reject(new Error(`it did not end:\n${this.#output}`)), endMaxMs);
    });
    return Promise.race([this.#ended, timeout]).finally(() => clearTimeout(late));
  }
}

/** Which of these are still alive. */
export function survivors(seen: readonly ProcessSeen[]): ProcessSeen[] {
  const alive = new Set(everyProcess().map(({ pid, startedAt }) => `${pid}/${startedAt}`));
  return seen.filter(({ pid, startedAt }) => alive.has(`${pid}/${startedAt}`));
}

function everyProcess(): (ProcessSeen & { readonly parent: number })[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        // The command stands in brackets and may hold anything; fields are counted from behind it.
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const [state = '', parent = '', startedAt = ''] = [fields[0], fields[1], fields[19]];
        // A zombie is dead already; somebody has yet to look at it.
        if (state === 'Z') return [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return [{ pid: Number(name), parent: Number(parent), startedAt, command }];
      } catch {
        return [];
      }
    });
}
