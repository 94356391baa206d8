/**
 * Whether a command may be carried out now: asked at the moment of sending, because consent, addresses and the hour
 * change after a dialogue has decided. Pure.
 */
import { isTimeZone } from '@kairos/protocol/time.ts';
import type { MayContact } from '../customers/preference-book.ts';
import type { Command, CommandKind } from './command.ts';
import { type QuietHours, quietUntil } from './quiet-hours.ts';

/** Why a command reaches nobody: a closed list, as it stands in the facts. */
export type NeverReason =
  | 'expired'
  | 'consent'
  | 'paused'
  | 'frequency'
  | 'no-address'
  | 'quiet'
  | 'not-configured'
  | 'full'
  | 'unclaimed'
  | 'refused'
  | 'bounced';

export type SendingVerdict =
  | { readonly kind: 'now' }
  | { readonly kind: 'later'; readonly notBefore: number }
  | { readonly kind: 'never'; readonly reason: NeverReason };

export interface SendingRules {
  readonly quietHours: QuietHours;
  /** Where hers is not known. */
  readonly timeZone: string;
}

/** A letter in the box and a page that she opens herself wake nobody. */
const isHeard: Readonly<Record<CommandKind, boolean>> = { email: true, call: true, mail: false, web: false };

export function mayCarry(
  command: Command,
  { contact, now, rules }: { readonly contact: MayContact; readonly now: number; readonly rules: SendingRules },
): SendingVerdict {
  if (now >= command.until) return { kind: 'never', reason: 'expired' };
  if (contact.kind === 'no') {
    if (contact.from === null) return { kind: 'never', reason: contact.why };
    return laterOr(contact.why, contact.from, command);
  }
  if (!hasAddress(command)) return { kind: 'never', reason: 'no-address' };
  if (!isHeard[command.kind]) return { kind: 'now' };
  const zone = isTimeZone(command.to.timeZone) ? command.to.timeZone : rules.timeZone;
  const quiet = quietUntil(rules.quietHours, zone, now);
  return quiet === null ? { kind: 'now' } : laterOr('quiet', quiet, command);
}

function laterOr(reason: NeverReason, notBefore: number, { until }: Command): SendingVerdict {
  return notBefore < until ? { kind: 'later', notBefore } : { kind: 'never', reason };
}

function hasAddress({ kind, to }: Command): boolean {
  switch (kind) {
    case 'email':
      // One address and nothing else: what stands in a header must not end it.
      return /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/.test(to.email);
    case 'call':
      return to.phone !== '';
    case 'mail':
      return to.post.length > 0;
    case 'web':
      return true;
  }
}
