/** Rows of media, added up for a table or a chart. */
import type { MediaRow } from '@kairos/protocol/manager-figures.ts';
import { counted, duration } from '../figures/figure-words.ts';

export interface MediaSum {
  readonly name: string;
  readonly plays: number;
  readonly playedMs: number;
  readonly opportunities: number;
  readonly dwellMs: number;
}

/** Most plays first. */
export function summed(rows: readonly MediaRow[], nameOf: (row: MediaRow) => string): MediaSum[] {
  const sums = new Map<string, MediaSum>();
  for (const row of rows) {
    const name = nameOf(row);
    const sum = sums.get(name);
    sums.set(name, {
      name,
      plays: (sum?.plays ?? 0) + row.plays,
      playedMs: (sum?.playedMs ?? 0) + row.playedMs,
      opportunities: (sum?.opportunities ?? 0) + row.opportunities,
      dwellMs: (sum?.dwellMs ?? 0) + row.dwellMs,
    });
  }
  return [...sums.values()].sort((one, other) => other.plays - one.plays || (one.name < other.name ? -1 : 1));
}

export function mediaWords(rows: readonly MediaRow[]): string {
  const inZones = rows.filter(({ zone }) => zone !== null);
  const onCarts = rows.filter(({ zone }) => zone === null);
  const [zones] = summed(inZones, () => 'all');
  const [carts] = summed(onCarts, () => 'all');
  const screens = new Set(inZones.map(({ screen }) => screen)).size;
  const said: string[] = [];
  if (zones) {
    const dwell = zones.opportunities === 0 ? '' : `, ${duration(zones.dwellMs / zones.opportunities)} each on average`;
    said.push(
      `${counted(zones.plays, 'play')} on ${counted(screens, 'screen')} in zones gave ${counted(zones.opportunities, 'opportunity', 'opportunities')} to see${dwell}.`,
    );
  }
  if (carts)
    said.push(`Carts showed ${counted(carts.plays, 'message')}, for ${duration(carts.playedMs / carts.plays)} each.`);
  return said.join(' ');
}
