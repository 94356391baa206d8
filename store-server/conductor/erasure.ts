/** What erasing somebody is, as facts in their order: the visit that she is on ends with it. */
import type { FactBody } from '@kairos/protocol/facts.ts';
import type { AdoptedFact } from './conductor.ts';

export function erasureOf(
  subject: number,
  { visit, reason }: { readonly visit: string | null; readonly reason: FactBody<'customer.erased'>['reason'] },
): AdoptedFact[] {
  const erased: AdoptedFact = { type: 'customer.erased', subject, body: { reason } };
  return visit === null ? [erased] : [{ type: 'visit.closed', subject, body: { visit, reason: 'forgotten' } }, erased];
}
