/**
 * Where the name of a zone stands on a floor plan, and how large: along the longer side where the zone is too narrow,
 * smaller where it must be, and left out where nobody could read it. Widths are estimated, since an SVG in metres
 * cannot be measured before it is drawn.
 */
import type { Zone } from '@kairos/protocol/floor-plan.ts';
import { centreOf, contains, type Point } from '@kairos/protocol/geometry.ts';

export interface ZoneLabel {
  readonly at: Point;
  /** Metres. */
  readonly size: number;
  /** Turned by a quarter, reading upwards. */
  readonly upright: boolean;
  /** How far it may move up, in metres, and still stand in its zone. */
  readonly headroom: number;
}

/** Mean width of a letter in the height of the face. */
const letterWidth = 0.56;
/** Below this share of the wished size a name is left out. */
const smallestShare = 0.55;
/** Free floor on both sides of a name, in its own height. */
const breath = 0.8;

export function labelOf(zone: Zone, wished: number): ZoneLabel | null {
  const xs = zone.polygon.map(([x]) => x);
  const ys = zone.polygon.map(([, y]) => y);
  const box = { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
  const width = box.right - box.left;
  const height = box.bottom - box.top;
  const centre = centreOf(zone.polygon);
  const at: Point = contains(zone.polygon, centre) ? centre : [box.left + width / 2, box.top + height / 2];
  const flat = fitting(zone.name, { along: width, across: height, wished });
  const upright = fitting(zone.name, { along: height, across: width, wished });
  // Lying text is easier to read: it stands only where that makes it clearly larger.
  const stands = upright > flat * 1.25;
  const size = stands ? upright : flat;
  const headroom = Math.max(0, at[1] - box.top - size * 0.75);
  return size < wished * smallestShare ? null : { at, size, upright: stands, headroom };
}

function fitting(name: string, room: { along: number; across: number; wished: number }): number {
  const byLength = room.along / (name.length * letterWidth + breath);
  return Math.min(room.wished, byLength, room.across / 1.4);
}
