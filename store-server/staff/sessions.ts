/**
 * Who is signed in where. A session is a random token of 256 bits in a cookie; the store keeps its SHA-256 alone. It
 * ends when it was not used for a while, when a working day is over, when she signs out, when a manager says so, when
 * her PIN is set anew, and when the list of staff no longer has her as she was. It survives a restart of the store.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { StaffDatabase } from './staff-database.ts';
import type { SignedIn } from './staff-door.ts';
import type { Role, StaffMember } from './staff-file.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** idle: without anything she did; absolute: whatever she did. */
export const sessionLife: Readonly<Record<Role, { readonly idleMs: number; readonly absoluteMs: number }>> = {
  associate: { idleMs: 2 * hourMs, absoluteMs: 12 * hourMs },
  lead: { idleMs: 2 * hourMs, absoluteMs: 12 * hourMs },
  manager: { idleMs: hourMs, absoluteMs: 12 * hourMs },
  service: { idleMs: 15 * minuteMs, absoluteMs: 4 * hourMs },
};

/** Of one person; the longest unused ends for a new one. */
const sessionsEachMax = 8;
/** When it was last used is written down at most so often. */
const writeUsedEveryMs = minuteMs;

interface Session {
  readonly who: SignedIn;
  readonly token: string;
  readonly address: string;
  readonly opened: number;
  used: number;
  writtenUsed: number;
}

export type SessionFound =
  | { readonly kind: 'found'; readonly who: SignedIn }
  | { readonly kind: 'no-session' }
  | { readonly kind: 'session-over' };

export class Sessions {
  readonly #db: StaffDatabase;
  readonly #now: () => number;
  readonly #byToken = new Map<string, Session>();
  readonly #byId = new Map<string, Session>();
  onOpened: (who: SignedIn, sessionsLeft: number) => void = () => undefined;
  onEnded: (who: SignedIn, sessionsLeft: number) => void = () => undefined;

  constructor(options: { db: StaffDatabase; now: () => number; staff: readonly StaffMember[] }) {
    this.#db = options.db;
    this.#now = options.now;
    const members = new Map(options.staff.map((member) => [member.id, member]));
    const rows = this.#db.prepare('SELECT token, id, associate, address, opened, used FROM sessions').all() as Row[];
    for (const { token, id, associate, address, opened, used } of rows) {
      const member = members.get(associate);
      if (member) this.#hold({ who: asSignedIn(id, member), token, address, opened, used, writtenUsed: used });
      else this.#delete(token);
    }
  }

  /** The token goes to her device and is kept nowhere. */
  open(
    member: StaffMember,
    address: string,
  ): { readonly token: string; readonly who: SignedIn; readonly lifeMs: number } {
    const token = randomBytes(32).toString('base64url');
    const id = randomBytes(9).toString('base64url');
    const who = asSignedIn(id, member);
    const now = this.#now();
    this.#db
      .prepare('INSERT INTO sessions (token, id, associate, address, opened, used) VALUES (?, ?, ?, ?, ?, ?)')
      .run(digestOf(token), id, member.id, address, now, now);
    this.#hold({ who, token: digestOf(token), address, opened: now, used: now, writtenUsed: now });
    const own = this.#of(member.id);
    for (const session of own.sort((one, other) => other.used - one.used).slice(sessionsEachMax)) {
      if (session.who !== who) this.#end(session);
    }
    this.onOpened(who, this.#of(member.id).length);
    return { token, who, lifeMs: sessionLife[member.role].absoluteMs };
  }

  /** Who it is, without any use being made of it. */
  peek(token: string): SignedIn | null {
    const session = this.#byToken.get(digestOf(token));
    return session === undefined || this.#isOver(session) ? null : session.who;
  }

  /** Counts as use. */
  find(token: string): SessionFound {
    const session = this.#byToken.get(digestOf(token));
    if (session === undefined) return { kind: 'no-session' };
    return this.touch(session.who.session) ? { kind: 'found', who: session.who } : { kind: 'session-over' };
  }

  /** False: it is over. */
  touch(id: string): boolean {
    const session = this.#byId.get(id);
    if (session === undefined) return false;
    if (this.#isOver(session)) {
      this.#end(session);
      return false;
    }
    session.used = this.#now();
    if (session.used - session.writtenUsed >= writeUsedEveryMs) {
      session.writtenUsed = session.used;
      this.#db.prepare('UPDATE sessions SET used = ? WHERE id = ?').run(session.used, id);
    }
    return true;
  }

  end(id: string): void {
    const session = this.#byId.get(id);
    if (session) this.#end(session);
  }

  /** Ends the sessions of whoever is not in this list as she was. */
  keepOnly(staff: readonly StaffMember[]): void {
    const members = new Map(staff.map((member) => [member.id, member]));
    for (const session of [...this.#byId.values()]) {
      const member = members.get(session.who.associate);
      const isAsBefore =
        member !== undefined && JSON.stringify(asSignedIn(session.who.session, member)) === JSON.stringify(session.who);
      if (!isAsBefore) this.#end(session);
    }
  }

  /** Returns how many there were. */
  endAllOf(associate: string): number {
    const own = this.#of(associate);
    for (const session of own) this.#end(session);
    return own.length;
  }

  endExpired(): void {
    for (const session of [...this.#byId.values()]) if (this.#isOver(session)) this.#end(session);
  }

  countOf(associate: string): number {
    return this.#of(associate).length;
  }

  addressOf(id: string): string {
    return this.#byId.get(id)?.address ?? '';
  }

  #of(associate: string): Session[] {
    return [...this.#byId.values()].filter(({ who }) => who.associate === associate);
  }

  #isOver({ who, opened, used }: Session): boolean {
    const { idleMs, absoluteMs } = sessionLife[who.role];
    const now = this.#now();
    return now >= used + idleMs || now >= opened + absoluteMs;
  }

  #hold(session: Session): void {
    this.#byToken.set(session.token, session);
    this.#byId.set(session.who.session, session);
  }

  #end(session: Session): void {
    this.#byToken.delete(session.token);
    this.#byId.delete(session.who.session);
    this.#delete(session.token);
    this.onEnded(session.who, this.#of(session.who.associate).length);
  }

  #delete(token: string): void {
    this.#db.prepare('DELETE FROM sessions WHERE token = ?').run(token);
  }
}

interface Row {
  readonly token: string;
  readonly id: string;
  readonly associate: string;
  readonly address: string;
  readonly opened: number;
  readonly used: number;
}

function asSignedIn(session: string, { id, name, role, locale, zones }: StaffMember): SignedIn {
  return { session, associate: id, name, role, locale, zones };
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
