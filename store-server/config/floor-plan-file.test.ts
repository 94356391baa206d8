import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseFloorPlan } from './floor-plan-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-plan-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const plan = (named: string): string =>
  `name: Hall\nwidth: 10\nheight: 10\nzones:\n  - { id: all, name: All, polygon: [[0, 0], [10, 0], [10, 10]] }\n${named}`;
const read = (named: string) => parseFloorPlan(join(folder, 'floor-plan.yaml'), plan(named));

describe('a floor plan that names a calibration', () => {
  it('holds what that file says, read from beside it', () => {
    const heard = [{ anchor: 'aaaaaaaaaa01', mean: -60, deviation: 3, readings: 40 }];
    writeFileSync(join(folder, 'calibration.json'), JSON.stringify({ fingerprints: [{ at: [1, 2], heard }] }));
    const parsed = read('calibration: calibration.json\n');
    expect(parsed.kind === 'plan' && parsed.plan.calibration?.fingerprints).toEqual([{ at: [1, 2], heard }]);
  });

  it('says where there is no such file, and what would write one', () => {
    const parsed = read('calibration: elsewhere.json\n');
    const [fault] = parsed.kind === 'faulty' ? parsed.faults : [];
    expect(fault).toMatchObject({ reason: 'bad-reference', line: 6 });
    expect(fault?.message).toContain('npm run edge -- calibrate');
  });

  it('says what is wrong in that file, with its own name', () => {
    writeFileSync(join(folder, 'loud.json'), '{ "fingerprints": [{ "at": [1, 2], "heard": [{ "mean": 5 }] }] }');
    const parsed = read('calibration: loud.json\n');
    const faults = parsed.kind === 'faulty' ? parsed.faults : [];
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.every(({ where }) => where === join(folder, 'loud.json'))).toBe(true);
  });

  it('may name none', () => {
    expect(read('')).toMatchObject({ kind: 'plan' });
  });
});
