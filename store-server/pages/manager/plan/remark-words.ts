/** What the checks say of a plan, in words: the kind of the remark, and the names of what it is about. */
import { anchorReachMetres, type PlanDraft, type PlanRemark } from '@kairos/protocol/floor-plan-checks.ts';
import type { Talk } from '../words/languages.ts';
import { nameOfThing } from './plan-draft.ts';

export function remarkWords({ kind, things }: PlanRemark, draft: PlanDraft, { say, number }: Talk): string {
  const [thing, second] = things;
  const wall = (place: number): string => say('plan.wall', { number: place });
  const name = thing ? nameOfThing(draft, thing, wall) : '';
  const item = thing && thing.list !== 'walls' ? draft[thing.list][thing.index] : undefined;
  const isAnchor = thing?.list === 'anchors';
  switch (kind) {
    case 'doubled-id':
      return say(isAnchor ? 'remark.doubled-address' : 'remark.doubled-id', { name: idOf(item) });
    case 'bad-name':
      return say(isAnchor ? 'remark.bad-address' : 'remark.bad-name', { name: idOf(item) });
    case 'no-such-zone':
    case 'outside-its-zone': {
      const zone = item && 'zone' in item ? item.zone : '';
      return say(`remark.${kind}`, { name, zone: draft.zones.find(({ id }) => id === zone)?.name ?? zone });
    }
    case 'overlaps':
      return say('remark.overlaps', { name, other: second ? nameOfThing(draft, second, wall) : '' });
    case 'uncovered':
    case 'half-covered': {
      const metres = number(anchorReachMetres, { style: 'unit', unit: 'meter' });
      return say(`remark.${kind}`, { name, metres });
    }
    default:
      return say(`remark.${kind}`, { name });
  }
}

/** As it stands in the file. */
function idOf(item: object | undefined): string {
  if (item && 'address' in item) return String(item.address);
  return item && 'id' in item ? String(item.id) : '';
}
