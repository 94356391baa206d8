/**
 * The way out for staff: a code of the screen's own that is right once and for a minute (TOTP, RFC 6238; the store
 * prints it with `npm run store -- exit-code SCREEN`). Works without the store, since both know the secret. Wrong tries
 * are few and remembered over a restart, so that nobody gets more of them by pulling the plug.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Clock } from '@kairos/protocol/ports.ts';
import { TOTP, URI } from 'otpauth';
import type { LeaveAnswer } from './bridge.ts';

const triesMax = 5;
const triesWithinMs = 15 * 60_000;
/** Codes of one period before and after are right too: the box's clock may be off by that. */
const window = 1;

export interface StaffExitOptions {
  /** Where tries and used codes are kept. */
  readonly file: string;
  readonly clock: Clock;
  /** `otpauth://totp/…`; null where the store has never been reached. */
  readonly uri: () => string | null;
}

interface Kept {
  readonly wrongAt: readonly number[];
  /** The period whose code was used last; it and those before are right no more. */
  readonly usedTo: number;
}

export class StaffExit {
  readonly #options: StaffExitOptions;
  #kept: Kept;

  constructor(options: StaffExitOptions) {
    this.#options = options;
    this.#kept = readKept(options.file);
  }

  judge(code: unknown): LeaveAnswer {
    const { clock } = this.#options;
    const uri = this.#options.uri();
    const totp = uri === null ? null : parse(uri);
    if (totp === null) return { kind: 'no-codes' };
    const now = clock.now();
    // A clock that was set back keeps the tries: a time to come counts as now, and is written down as now.
    if (this.#kept.wrongAt.some((at) => at > now)) {
      this.#keep({ ...this.#kept, wrongAt: this.#kept.wrongAt.map((at) => Math.min(at, now)) });
    }
    const wrongAt = this.#kept.wrongAt.filter((at) => at > now - triesWithinMs);
    const [oldest] = wrongAt;
    if (wrongAt.length >= triesMax && oldest !== undefined) {
      return { kind: 'wait', minutes: Math.max(1, Math.ceil((oldest + triesWithinMs - now) / 60_000)) };
    }
    const token = typeof code === 'string' ? code.replace(/\s/g, '').slice(0, 20) : '';
    const delta = token === '' ? null : totp.validate({ token, timestamp: now, window });
    const period = delta === null ? null : totp.counter({ timestamp: now }) + delta;
    if (period !== null && period > this.#kept.usedTo) {
      this.#keep({ wrongAt: [], usedTo: period });
      return { kind: 'leaving' };
    }
    // Written down before the answer is known: a try that ends in a power cut was one.
    this.#keep({ ...this.#kept, wrongAt: [...wrongAt, now] });
    return { kind: 'wrong', triesLeft: triesMax - wrongAt.length - 1 };
  }

  #keep(kept: Kept): void {
    this.#kept = kept;
    const { file } = this.#options;
    writeFileSync(`${file}.new`, JSON.stringify(kept), { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
  }
}

function parse(uri: string): TOTP | null {
  try {
    const parsed = URI.parse(uri);
    return parsed instanceof TOTP ? parsed : null;
  } catch {
    return null;
  }
}

function readKept(file: string): Kept {
  try {
    const { wrongAt, usedTo } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Kept>;
    if (Array.isArray(wrongAt) && wrongAt.every(Number.isFinite) && Number.isFinite(usedTo)) {
      return { wrongAt, usedTo: usedTo as number };
    }
  } catch {
    // A first start; or a file that a power cut left in pieces, and with it at most a few tries.
  }
  return { wrongAt: [], usedTo: -1 };
}
