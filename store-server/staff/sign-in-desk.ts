/**
 * The desk where people of the store show who they are: badge and PIN, or badge, code and the PIN she chooses. Whether
 * there is such a badge is told by nothing: not by the answer, not by its time, not by when it is locked.
 */
import type { Timers } from '@kairos/protocol/ports.ts';
import type { AuditLog } from './audit-log.ts';
import type { PinBook } from './pin-book.ts';
import type { PinCodes } from './pin-codes.ts';
import { BusyHashing, type PinHasher } from './pin-hash.ts';
import type { Sessions } from './sessions.ts';
import type { StaffDatabase } from './staff-database.ts';
import type { SignedIn } from './staff-door.ts';
import { keyOfBadge, type StaffMember } from './staff-file.ts';

export interface SignInRequest {
  readonly badge: string;
  readonly pin: string;
  readonly address: string;
  /** What the device shows to be known. */
  readonly device: string | null;
}

export type SignInAnswer =
  | {
      readonly kind: 'in';
      readonly who: SignedIn;
      readonly token: string;
      readonly lifeMs: number;
      readonly device: string | null;
    }
  | { readonly kind: 'wrong'; readonly triesLeft: number; readonly until: number }
  | { readonly kind: 'locked'; readonly until: number }
  | { readonly kind: 'busy' };

export type NewPinAnswer =
  | Exclude<SignInAnswer, { kind: 'wrong' | 'locked' }>
  | { readonly kind: 'wrong-code' | 'weak-pin' };

export interface StaffListed {
  readonly associate: string;
  readonly badge: string;
  readonly name: string;
  readonly role: StaffMember['role'];
  readonly hasPin: boolean;
  readonly sessions: number;
}

export interface SignInDeskOptions {
  readonly db: StaffDatabase;
  readonly hasher: PinHasher;
  readonly book: PinBook;
  readonly codes: PinCodes;
  readonly sessions: Sessions;
  readonly audit: AuditLog;
  readonly now: () => number;
  readonly timers: Timers;
}

const lineAfterMs = 50;

export class SignInDesk {
  readonly #options: SignInDeskOptions;
  #byBadge: ReadonlyMap<string, StaffMember> = new Map();

  constructor(options: SignInDeskOptions, staff: readonly StaffMember[]) {
    this.#options = options;
    this.replace(staff);
  }

  /** The list of staff has been read anew: who is not in it as before is signed out. */
  replace(staff: readonly StaffMember[]): void {
    this.#byBadge = new Map(staff.map((member) => [keyOfBadge(member.badge), member]));
    this.#options.sessions.keepOnly(staff);
  }

  async signIn({ badge, pin, address, device }: SignInRequest): Promise<SignInAnswer> {
    const { book, sessions, audit } = this.#options;
    const badgeKey = keyOfBadge(badge);
    const member = this.#byBadge.get(badgeKey);
    const key = keyOf(badgeKey);
    const found = this.#hashOf(key);
    const answer = await book.compare({ key, pin, hash: member ? found : null, address, device });
    if (answer.kind !== 'right' || member === undefined) {
      if (answer.kind === 'wrong' && answer.triesLeft === 0 && member) {
        const line = { associate: member.id, deed: 'sign-in.locked', subject: member.badge, from: address };
        // After the answer, whose time would tell that there is such a badge.
        this.#options.timers.after(lineAfterMs, () => audit.write(line));
      }
      return answer.kind === 'right' ? { kind: 'busy' } : answer;
    }
    audit.write({ associate: member.id, deed: 'sign-in', subject: member.badge, from: address });
    return { kind: 'in', ...sessions.open(member, address), device: answer.device };
  }

  /** Her other sessions end, and no device is known as hers any more. */
  async setPin(asked: SignInRequest & { readonly code: string }): Promise<NewPinAnswer> {
    const { hasher, book, codes, sessions, audit, db, now } = this.#options;
    if (!isGoodPin(asked.pin)) return { kind: 'weak-pin' };
    const badgeKey = keyOfBadge(asked.badge);
    const key = keyOf(badgeKey);
    let hash: string;
    try {
      // Before the code is looked at: the time tells nothing of it.
      hash = await hasher.hash(asked.pin);
    } catch (error) {
      if (error instanceof BusyHashing) return { kind: 'busy' };
      throw error;
    }
    const member = this.#byBadge.get(badgeKey);
    if (member === undefined || !codes.spend(key, asked.code)) return { kind: 'wrong-code' };
    db.prepare(
      'INSERT INTO pins (key, hash, at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET hash = excluded.hash, at = excluded.at',
    ).run(key, hash, now());
    book.forgetDevices(key);
    sessions.endAllOf(member.id);
    audit.write({ associate: member.id, deed: 'pin.set', subject: member.badge, from: asked.address });
    return { kind: 'in', ...sessions.open(member, asked.address), device: book.know(key) };
  }

  /** A code for her to set her PIN with; null: there is no such badge. */
  openCode(badge: string): { readonly code: string; readonly member: StaffMember } | null {
    const member = this.#byBadge.get(keyOfBadge(badge));
    return member ? { code: this.#options.codes.open(keyOf(keyOfBadge(badge))), member } : null;
  }

  /** Ends her sessions, and forgets her devices: for a handheld that is lost. Null: there is no such badge. */
  signOutEverywhere(badge: string): StaffMember | null {
    const member = this.#byBadge.get(keyOfBadge(badge));
    if (member === undefined) return null;
    this.#options.book.forgetDevices(keyOf(keyOfBadge(badge)));
    this.#options.sessions.endAllOf(member.id);
    return member;
  }

  list(): StaffListed[] {
    return [...this.#byBadge].map(([badgeKey, { id, badge, name, role }]) => ({
      associate: id,
      badge,
      name,
      role,
      hasPin: this.#hashOf(keyOf(badgeKey)) !== null,
      sessions: this.#options.sessions.countOf(id),
    }));
  }

  #hashOf(key: string): string | null {
    const found = this.#options.db.prepare('SELECT hash FROM pins WHERE key = ?').pluck().get(key);
    return typeof found === 'string' ? found : null;
  }
}

/** In the book of tries, beside keys that are no badges. */
function keyOf(badge: string): string {
  return `badge:${badge}`;
}

/** Six to eight digits, and none of those that everybody tries first. */
export function isGoodPin(pin: string): boolean {
  if (!/^\d{6,8}$/.test(pin)) return false;
  const steps = new Set([...pin].slice(1).map((digit, index) => (Number(digit) - Number(pin[index]) + 10) % 10));
  return !(steps.size === 1 && [0, 1, 9].includes([...steps][0] as number));
}
