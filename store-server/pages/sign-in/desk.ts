/**
 * The sign-in page's state as a pure step: which of its fields is asked for, what is keyed, what the store said. A
 * scanner is a keyboard: it types the badge and ends with Enter.
 */

export type Stage = 'badge' | 'pin' | 'code' | 'new-pin' | 'again';

export interface Desk {
  readonly stage: Stage;
  readonly badge: string;
  readonly code: string;
  /** The PIN that is being keyed. */
  readonly pin: string;
  /** The one keyed before, which must be the same. */
  readonly first: string;
  readonly isAsking: boolean;
  readonly said: Said | null;
}

export type Said =
  | { readonly kind: 'wrong'; readonly triesLeft: number }
  | { readonly kind: 'locked'; readonly until: number }
  | { readonly kind: 'busy' | 'tooOften' | 'wrongCode' | 'weakPin' | 'notSame' | 'unreachable' };

/** What the page is to ask the store next. */
export type Question =
  | { readonly path: '/api/sign-in'; readonly body: { readonly badge: string; readonly pin: string } }
  | {
      readonly path: '/api/sign-in/pin';
      readonly body: { readonly badge: string; readonly pin: string; readonly code: string };
    };

export const emptyDesk: Desk = { stage: 'badge', badge: '', code: '', pin: '', first: '', isAsking: false, said: null };
const pinLengthMax = 8;
export const pinLengthMin = 6;
const badgeLengthMax = 24;

export function keyed(desk: Desk, digit: string): Desk {
  if (desk.isAsking) return desk;
  if (desk.stage === 'badge') return { ...desk, badge: `${desk.badge}${digit}`.slice(0, badgeLengthMax), said: null };
  if (desk.stage === 'code') return { ...desk, code: `${desk.code}${digit}`, said: null };
  return { ...desk, pin: `${desk.pin}${digit}`.slice(0, pinLengthMax), said: null };
}

export function erased(desk: Desk): Desk {
  if (desk.isAsking) return desk;
  if (desk.stage === 'badge') return { ...desk, badge: desk.badge.slice(0, -1) };
  if (desk.stage === 'code') return { ...desk, code: desk.code.slice(0, -1) };
  return { ...desk, pin: desk.pin.slice(0, -1) };
}

export function canGoOn({ stage, badge, code, pin, isAsking }: Desk): boolean {
  if (isAsking) return false;
  if (stage === 'badge') return badge.trim().length >= 3;
  if (stage === 'code') return code.trim().length >= 8;
  return pin.length >= pinLengthMin;
}

/** Enter: the next field, or a question to the store. */
export function entered(desk: Desk): { readonly desk: Desk; readonly question: Question | null } {
  if (!canGoOn(desk)) return { desk, question: null };
  const badge = desk.badge.trim();
  switch (desk.stage) {
    case 'badge':
      return { desk: { ...desk, badge, stage: 'pin', said: null }, question: null };
    case 'code':
      return { desk: { ...desk, stage: 'new-pin', pin: '', said: null }, question: null };
    case 'new-pin':
      return { desk: { ...desk, stage: 'again', first: desk.pin, pin: '', said: null }, question: null };
    case 'again':
      if (desk.pin !== desk.first)
        return { desk: { ...desk, stage: 'new-pin', first: '', pin: '', said: { kind: 'notSame' } }, question: null };
      return asking(desk, { path: '/api/sign-in/pin', body: { badge, pin: desk.pin, code: desk.code.trim() } });
    case 'pin':
      return asking(desk, { path: '/api/sign-in', body: { badge, pin: desk.pin } });
  }
}

function asking(desk: Desk, question: Question): { readonly desk: Desk; readonly question: Question } {
  return { desk: { ...desk, isAsking: true, said: null }, question };
}

/** The store said no, and what to do about it. */
export function refused(desk: Desk, body: { reason?: string; triesLeft?: number; until?: number }): Desk {
  const next = { ...desk, isAsking: false, pin: '', first: '' };
  switch (body.reason) {
    case 'wrong': {
      const { triesLeft = 0, until } = body;
      return { ...next, said: triesLeft === 0 && until ? { kind: 'locked', until } : { kind: 'wrong', triesLeft } };
    }
    case 'locked':
      return { ...next, said: { kind: 'locked', until: body.until ?? 0 } };
    case 'wrong-code':
      return { ...next, stage: 'code', code: '', said: { kind: 'wrongCode' } };
    case 'weak-pin':
      return { ...next, stage: 'new-pin', said: { kind: 'weakPin' } };
    case 'too-often':
      return { ...next, said: { kind: 'tooOften' } };
    default:
      return { ...next, said: { kind: 'busy' } };
  }
}

export function unreachable(desk: Desk): Desk {
  return { ...desk, isAsking: false, pin: '', said: { kind: 'unreachable' } };
}

/** Where she goes once she is in: where she came from, within this store alone; else her role's own page. */
export function destinationOf(role: string, next: string | null): string {
  if (next !== null && /^\/[a-z]/.test(next)) return next;
  return role === 'manager' || role === 'service' ? '/manager/' : '/handheld/';
}
