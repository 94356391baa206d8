import { describe, expect, it } from 'vitest';
import { absnifferLine, ingicsLine } from './radio-lines.ts';
import { readPositions, readRows } from './recording.ts';
import { tetamFloorPlan, tetamZoneOf } from './tetam-floor-plan.ts';

const recorded =
  '1581249601.4086823,b827eb4521b4,e78f135624ce,-87,18.031,8.465,1.816,0.062\n' +
  '1581249601.4099905,b827ebfd7811,e78f135624ce,42,18.031,8.465,1.816,0.062\n';

describe('a recording', () => {
  it('is read in the order of the file, impossible values and all, and without its true positions', () => {
    const rows = readRows(recorded);
    expect(rows.map(({ receiver, tag, rssi }) => [receiver, tag, rssi])).toEqual([
      ['b827eb4521b4', 'e78f135624ce', -87],
      ['b827ebfd7811', 'e78f135624ce', 42],
    ]);
    expect(rows[0]?.at).toBeCloseTo(1_581_249_601_408.682, 2);
    expect(JSON.stringify(rows)).not.toContain('18.031');
    expect(readPositions(recorded)[0]).toMatchObject({ x: 18.031, y: 8.465 });
  });

  it('that is none says which line', () => {
    expect(() => readRows(`${recorded}a,b,c\n`)).toThrow('line 3');
  });

  it('becomes the lines that the devices write', () => {
    const [row] = readRows(recorded);
    if (!row) throw new Error('no row');
    expect(ingicsLine(row)).toMatch(/^\$GPRP,E78F135624CE,B827EB4521B4,-87,0201061AFF4C000215[0-9A-F]{42}\r\n$/);
    expect(absnifferLine(row)).toMatch(/^OK\+SCAN:B827EB4521B4,-87,3,30,0201061AFF4C000215[0-9A-F]{42}\r\n$/);
  });
});

describe('the recorded hall', () => {
  const plan = tetamFloorPlan('Dongles:{"b827eb4521b4": [[7.00, 7.09, 1.22], 16711680, "sensor10"]}\nBeacons:{}\n');

  it('has six zones, named as the judge names them', () => {
    expect(plan.zones.map(({ id }) => id)).toEqual(['w1', 'w2', 'w3', 'e1', 'e2', 'e3']);
    expect(tetamZoneOf(0, 0)).toBe('w1');
    expect(tetamZoneOf(11, 12)).toBe('e3');
    expect(plan.anchors).toMatchObject([{ address: 'b827eb4521b4', at: [7, 7.09, 1.22] }]);
  });
});
