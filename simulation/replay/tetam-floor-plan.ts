/**
 * The floor plan of the recorded trolley runs: 20.66 m by 17.64 m in six zones of a third of the height and half of
 * the width, and the twelve receivers as anchors, read from the recording's own device file at run time.
 *
 * The zones at the edge reach one metre beyond the floor, because the trolley was pushed across it.
 */
import { type FloorPlan, floorPlan, type Point } from '@kairos/protocol/floor-plan.ts';

const widthM = 20.66;
const heightM = 17.64;
const middle = 10.33;
const rows = [5.88, 11.76];
const marginM = 1;

/** The zone that a place belongs to by the rule of the judge: W or E, 1 to 3. */
export function tetamZoneOf(x: number, y: number): string {
  const row = y < (rows[0] as number) ? 1 : y < (rows[1] as number) ? 2 : 3;
  return `${x < middle ? 'w' : 'e'}${row}`;
}

/** `devices` is the text of `cnf/tetam.dev`. */
export function tetamFloorPlan(devices: string): FloorPlan {
  const line = devices.split('\n').find((text) => text.startsWith('Dongles:'));
  if (line === undefined)
    throw new Error('no line "Dongles:" in the device file: give cnf/tetam.dev of the recordings');
  const dongles = JSON.parse(line.slice('Dongles:'.length)) as Record<
    string,
    [[number, number, number], number, string]
  >;
  return floorPlan.parse({
    name: 'Recorded hall',
    width: widthM,
    height: heightM,
    zones: (['w', 'e'] as const).flatMap((side) =>
      [1, 2, 3].map((row) => ({
        id: `${side}${row}`,
        name: `${side === 'w' ? 'West' : 'East'} ${row}`,
        polygon: rectangle(side, row),
      })),
    ),
    anchors: Object.entries(dongles).map(([address, [at]]) => ({ address, at })),
  });
}

function rectangle(side: 'w' | 'e', row: number): Point[] {
  const left = side === 'w' ? -marginM : middle;
  const right = side === 'w' ? middle : widthM + marginM;
  const top = row === 1 ? -marginM : (rows[row - 2] as number);
  const bottom = row === 3 ? heightM + marginM : (rows[row - 1] as number);
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
}
