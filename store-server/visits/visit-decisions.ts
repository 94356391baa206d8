/**
 * What follows for visits from a fact that has been folded: one opens, moves, closes (DESIGN section 3, "A visit").
 * The decisions are recorded and folded in their turn; a replay folds them and never asks here.
 */
import { createHash } from 'node:crypto';
import type { Decision, Fact, FactBody, FactOf, Strength } from '@kairos/protocol/facts.ts';
import { decideHelp, takeBack } from './help.ts';
import { decideLane } from './lane.ts';
import type { Visit } from './visit.ts';
import type { Visits } from './visits.ts';

export interface VisitRules {
  readonly quietMs: number;
  /** A number for somebody whom nobody knows. */
  readonly newSubject: () => number;
  /** What she said about being remembered; null where she was never asked. */
  readonly remembered: (subject: number) => boolean | null;
}

/** What was presented; the subject is set where it is a customer of this store. */
type Presented = FactOf<'identity.presented'>;
type OpenedReason = FactBody<'visit.opened'>['reason'];

export function decideVisits(visits: Visits, fact: Fact, rules: VisitRules): Decision[] {
  return [...decideHelp(visits, fact), ...decideLane(visits, fact), ...decideVisit(visits, fact, rules)];
}

function decideVisit(visits: Visits, fact: Fact, rules: VisitRules): Decision[] {
  switch (fact.type) {
    case 'identity.presented':
      return fact.late ? [] : whenPresented(visits, fact, rules);
    case 'identity.dropped':
      return close(visits.visitOn(fact.body.cart, fact.at), fact.body.reason === 'docked' ? 'exit' : 'logout');
    case 'forget.requested':
      return close(visits.visitOn(fact.body.cart, fact.at), 'forgotten');
    case 'consent.changed':
      return fact.body.purpose === 'remember' && fact.body.granted ? whenRemembered(visits, fact) : [];
    case 'sale':
      return whenPaid(visits, fact);
    case 'lane.cleared':
      return whenCleared(visits, fact);
    case 'timer.fired':
      return whenQuiet(visits, fact, rules.quietMs);
    default:
      return [];
  }
}

/** Stable over a crash: the same login opens the same visit. */
function visitId(fact: Fact): string {
  const origin = fact.source ? `${fact.source.device}/${fact.source.epoch}/${fact.source.sequence}` : `seq/${fact.seq}`;
  return `v${createHash('sha256').update(origin).digest('hex').slice(0, 19)}`;
}

function close(visit: Visit | null, reason: FactBody<'visit.closed'>['reason']): Decision[] {
  if (!visit) return [];
  const closed: Decision = { type: 'visit.closed', subject: visit.subject, body: { visit: visit.visit, reason } };
  // Her call goes on where a login takes over the guest who made it; else nobody is to come any more.
  const before = reason === 'taken-over' && visit.strength === 'guest' ? [] : takeBack(visit);
  if (visit.strength !== 'guest') return [...before, closed];
  // A guest is forgotten with the visit (DESIGN section 7).
  return [...before, closed, { type: 'customer.erased', subject: visit.subject, body: { reason: 'guest' } }];
}

function open(subject: number, visit: string, fact: Presented, reason: OpenedReason, relabels?: Strength): Decision {
  const { cart, till } = fact.body;
  const isGuest = reason !== 'known' && reason !== 'at-till';
  const place = { ...(cart === undefined ? {} : { cart }), ...(till === undefined ? {} : { till }) };
  const strength = isGuest ? 'guest' : fact.body.strength;
  const again = relabels === undefined ? {} : { relabels };
  return { type: 'visit.opened', subject, body: { visit, ...place, strength, reason, ...again } };
}

function whenPresented(visits: Visits, fact: Presented, rules: VisitRules): Decision[] {
  const { cart, means } = fact.body;
  const here = cart === undefined ? null : visits.visitOn(cart);
  const asGuest = (reason: OpenedReason): Decision[] => [
    ...close(here, 'taken-over'),
    open(rules.newSubject(), visitId(fact), fact, reason),
  ];
  if (fact.subject === null) {
    // A till needs no guest; and who is a guest here already stays the one she is.
    if (cart === undefined || (here?.strength === 'guest' && !here.asked && means === 'guest')) return [];
    // A number that is known and yet nobody's is one whose owner does not want to be remembered.
    return asGuest(means === 'guest' || fact.body.known ? 'guest' : 'unknown-number');
  }
  const remembered = rules.remembered(fact.subject);
  if (remembered === true) return whenKnown(visits, fact, fact.subject, here);
  if (cart === undefined) return [];
  // A number that was only typed could be anybody's: nobody is asked on behalf of her who holds the card.
  return asGuest(remembered === null && fact.body.strength === 'strong' ? 'first-use' : 'guest');
}

/** A customer who may be remembered: her visit opens, moves to this cart, or takes over the guest's who stood here. */
function whenKnown(visits: Visits, fact: Presented, subject: number, here: Visit | null): Decision[] {
  const { cart, strength } = fact.body;
  const own = visits.visitOf(subject);
  if (!own) {
    // A login over a guest relabels the visit: its id and its list go on (DESIGN section 3).
    const guest = here?.strength === 'guest' ? here : null;
    const opened = open(
      subject,
      guest?.visit ?? visitId(fact),
      fact,
      cart === undefined ? 'at-till' : 'known',
      guest?.strength,
    );
    return [...close(here, 'taken-over'), opened];
  }
  if (cart === undefined) return whenAtTill(fact, own);
  const moves: Decision[] =
    own.cart === cart
      ? []
      : [...close(here, 'taken-over'), { type: 'visit.moved', subject, body: { visit: own.visit, cart } }];
  if (strength === 'strong' && own.strength !== 'strong') {
    return [...moves, open(subject, own.visit, fact, 'known', own.strength)];
  }
  // Her card was shown elsewhere: who types her number here could be anybody, and is before anything is said here.
  if (strength === 'weak' && own.strength === 'strong' && moves.length > 0) return [weaken(own), ...moves];
  return moves;
}

/** Her card makes of a typed number's visit her own; a number that is typed at a till could be anybody's. */
function whenAtTill(fact: Presented, own: Visit): Decision[] {
  const { strength } = fact.body;
  if (strength === 'strong' && own.strength !== 'strong')
    return [open(own.subject, own.visit, fact, 'known', own.strength)];
  return strength === 'weak' && own.strength === 'strong' ? [weaken(own)] : [];
}

function weaken({ subject, visit, cart }: Visit): Decision {
  const place = cart === null ? {} : { cart };
  return {
    type: 'visit.opened',
    subject,
    body: { visit, ...place, strength: 'weak', reason: 'known', relabels: 'strong' },
  };
}

/** She said yes to the first-use question: the guest's visit becomes hers. */
function whenRemembered(visits: Visits, fact: FactOf<'consent.changed'>): Decision[] {
  const { subject } = fact;
  if (subject === null || visits.visitOf(subject)) return [];
  // She may have left the question unanswered on another cart: she is where she was presented last.
  const asked = visits.askedAbout(subject).find(({ strength }) => strength === 'strong');
  const guest = asked && visits.visitOn(asked.cart);
  if (!asked || guest?.strength !== 'guest') return [];
  const { visit, strength: relabels } = guest;
  const body = { visit, cart: asked.cart, strength: asked.strength, reason: 'known' as const, relabels };
  return [...close(guest, 'taken-over'), { type: 'visit.opened', subject, body }];
}

function whenPaid(visits: Visits, fact: FactOf<'sale'>): Decision[] {
  const own = fact.subject === null ? null : visits.visitOf(fact.subject);
  const onCart = fact.body.cart === undefined ? null : visits.visitOn(fact.body.cart, fact.at);
  return close(own ?? onCart, 'paid');
}

/** Whom only the till knew, and who has not paid there, has gone. After a sale its receipt is still to come. */
function whenCleared(visits: Visits, { subject, body }: FactOf<'lane.cleared'>): Decision[] {
  const visit = subject === null ? null : visits.visitOf(subject);
  return visit?.cart === null && visit.till === null && body.reason !== 'ended' ? close(visit, 'logout') : [];
}

function whenQuiet(visits: Visits, fact: FactOf<'timer.fired'>, quietMs: number): Decision[] {
  const visit = fact.subject === null ? null : visits.visitOf(fact.subject);
  return visit && fact.at >= visit.lastAt + quietMs ? close(visit, 'quiet') : [];
}
