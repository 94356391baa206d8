/** Reads names of zones, checked against the floor plan where one is given. */
import type { Node } from 'yaml';
import type { Reading } from './condition-reader.ts';
import { type Field, readItems, textOf } from './node-reader.ts';
import { didYouMean } from './suggest.ts';
import { placeOf } from './yaml-source.ts';

/** Names of zones, checked against the floor plan where one is given. */
export function readZones(found: Field, reading: Reading): readonly string[] | null {
  const zones: string[] = [];
  const items = readItems(found.value);
  if (items.length === 0)
    reading.problems.error('missing', found.at, `"${found.name}" needs a zone`, 'for example: suits');
  for (const item of items) {
    const zone = textOf(item) ?? '';
    if (isKnownZone(zone, item, reading)) zones.push(zone);
  }
  return zones.length === items.length && zones.length > 0 ? zones : null;
}

function isKnownZone(zone: string, item: Node, { problems, words }: Reading): boolean {
  const known = words.base.zones;
  if (known !== null && !known.includes(zone)) {
    problems.error('unknown-zone', placeOf(item), `there is no zone "${zone}"`, didYouMean(zone, known));
    return false;
  }
  if (/^[a-z0-9][a-z0-9-]{0,39}$/.test(zone)) return true;
  problems.error(
    'unknown-zone',
    placeOf(item),
    `"${zone}" cannot be a zone`,
    'zones are named in small letters, digits and hyphens',
  );
  return false;
}
