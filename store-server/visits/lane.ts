/**
 * When a lane goes on without its till saying so: somebody else is presented there, a receipt is booked there for
 * whomever, or nothing is heard of it for long. Whoever stood there is known there no more (DESIGN section 7).
 */
import type { Decision, Fact, FactBody } from '@kairos/protocol/facts.ts';
import type { Visit } from './visit.ts';
import type { Visits } from './visits.ts';

type Reason = FactBody<'lane.cleared'>['reason'];

export function decideLane(visits: Visits, fact: Fact): Decision[] {
  switch (fact.type) {
    case 'identity.presented': {
      const { till } = fact.body;
      if (till === undefined || fact.late) return [];
      // A receipt presents its customer, too, and may come when the next one stands there already.
      return [...visits.open()].flatMap((visit) =>
        visit.subject !== fact.subject && visit.till === till && visit.tillAt <= fact.at ? cleared(visit, 'next') : [],
      );
    }
    case 'sale': {
      // A receipt that comes late is of a customer before the one who stands there now.
      const here = fact.late ? null : visits.atTill(fact.body.till);
      return here && here.tillAt <= fact.at && here.subject !== fact.subject ? cleared(here, 'ended') : [];
    }
    case 'timer.fired': {
      const due = fact.subject === null ? null : visits.laneDue(fact.subject);
      const visit = fact.subject === null ? null : visits.visitOf(fact.subject);
      return visit && due !== null && fact.at >= due ? cleared(visit, 'idle') : [];
    }
    default:
      return [];
  }
}

function cleared({ subject, till }: Visit, reason: Reason): Decision[] {
  return till === null ? [] : [{ type: 'lane.cleared', subject, body: { till, reason } }];
}
