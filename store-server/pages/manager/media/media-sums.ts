/** Rows of media, added up for a table or a chart. */
import type { MediaRow } from '@kairos/protocol/manager-figures.ts';
import type { Talk } from '../words/languages.ts';
import { spanWords } from '../words/span-words.ts';

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

export function mediaWords(rows: readonly MediaRow[], talk: Talk): string {
  const { say } = talk;
  const inZones = rows.filter(({ zone }) => zone !== null);
  const onCarts = rows.filter(({ zone }) => zone === null);
  const [zones] = summed(inZones, () => 'all');
  const [carts] = summed(onCarts, () => 'all');
  const screens = new Set(inZones.map(({ screen }) => screen)).size;
  const said: string[] = [];
  if (zones) {
    const blanks = {
      plays: say('counted.plays', { count: zones.plays }),
      screens: say('counted.screens', { count: screens }),
      opportunities: say('counted.opportunities', { count: zones.opportunities }),
    };
    const dwell = zones.opportunities === 0 ? null : spanWords(zones.dwellMs / zones.opportunities, talk);
    said.push(dwell === null ? say('media.zones', blanks) : say('media.zones-dwell', { ...blanks, dwell }));
  }
  if (carts) {
    const messages = say('counted.messages', { count: carts.plays });
    said.push(say('media.carts', { messages, time: spanWords(carts.playedMs / carts.plays, talk) }));
  }
  return said.join(' ');
}
