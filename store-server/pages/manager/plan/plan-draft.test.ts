import { floorPlan } from '@kairos/protocol/floor-plan.ts';
import { type PlanDraft, type PlanList, planRemarks } from '@kairos/protocol/floor-plan-checks.ts';
import type { Point } from '@kairos/protocol/geometry.ts';
import { describe, expect, it } from 'vitest';
import { type Added, add, copied, moved, remove, reshape, set, snapped, thingAt } from './plan-draft.ts';
import { begun, stepHistory } from './plan-history.ts';
import { planText, readPlanText } from './plan-yaml.ts';

const put = (draft: PlanDraft, list: PlanList, outline: readonly Point[]): Added =>
  add(draft, { list, outline, zoneName: (number) => `Zone ${number}` });

const text = `name: Corner
width: 20
height: 10
calibration: calibration.json
zones:
  - { id: west, name: West, polygon: [[0, 0], [10, 0], [10, 10], [0, 10]] }
  - { id: east, name: East, kind: open, polygon: [[10, 0], [20, 0], [20, 10], [10, 10]] }
tills: [{ id: till-1, zone: west, at: [2, 2] }]
anchors: [{ address: aaaaaaaaaa01, at: [5, 5, 3], receiver: kitchen }]
`;
const corner = readPlanText(text) as PlanDraft;

describe('a floor plan that is drawn', () => {
  it('is the same plan after it was read and written', () => {
    const { calibration: _, ...plan } = corner;
    expect(floorPlan.parse(plan)).toMatchObject({ zones: [{ kind: 'aisle' }, { kind: 'open' }] });
    const written = planText(corner);
    expect(readPlanText(written)).toEqual(corner);
    expect(written).toContain('  - { id: till-1, zone: west, at: [ 2, 2 ] }');
    expect(written).toContain('calibration: calibration.json');
    expect(readPlanText('zones: 3')).toBeNull();
    expect(readPlanText('[')).toBeNull();
  });

  it('gives new things names of their own, and the zone in which they stand', () => {
    const [one, other] = [put(corner, 'screens', [[15, 5]]), put(corner, 'tills', [[3, 3]])];
    expect(one.draft.screens).toEqual([{ id: 'screen-1', zone: 'east', at: [15, 5] }]);
    expect(other.draft.tills[1]).toEqual({ id: 'till-2', zone: 'west', at: [3, 3] });
    const beacon = put(corner, 'anchors', [[15.004, 5]]).draft;
    expect(beacon.anchors[1]).toMatchObject({ address: '000000000001', at: [15, 5, 2.7] });
    expect(planRemarks(beacon).map(({ kind }) => kind)).toContain('address-missing');
  });

  it('takes what is moved into another zone over to it, and leaves what is moved out of all', () => {
    const till = { list: 'tills', index: 0 } as const;
    expect(moved(corner, till, [10, 0]).tills[0]).toEqual({ id: 'till-1', zone: 'east', at: [12, 2] });
    expect(moved(corner, till, [0, 40]).tills[0]).toEqual({ id: 'till-1', zone: 'west', at: [2, 42] });
    expect(reshape(corner, { list: 'anchors', index: 0 }, [[1, 1]]).anchors[0]?.at).toEqual([1, 1, 3]);
  });

  it('names a zone anew in what stands in it', () => {
    const renamed = set(corner, { list: 'zones', index: 0 }, 'id', 'entrance');
    expect([renamed.zones[0]?.id, renamed.tills[0]?.zone]).toEqual(['entrance', 'entrance']);
    expect(planRemarks(renamed).filter(({ kind }) => kind === 'no-such-zone')).toEqual([]);
    expect(remove(corner, { list: 'zones', index: 1 }).zones).toHaveLength(1);
  });

  it('finds what lies under a finger, and draws corners together', () => {
    expect(thingAt(corner, [2.1, 2], 0.3)).toEqual({ list: 'tills', index: 0 });
    expect(thingAt(corner, [4, 2], 0.3)).toEqual({ list: 'zones', index: 0 });
    expect(thingAt(corner, [4, 20], 0.3)).toBeNull();
    expect(snapped(corner, [10.2, 9.9], { reach: 0.4 })).toEqual([10, 10]);
    expect(snapped(corner, [5.234, 5.08], { reach: 0.4 })).toEqual([5.2, 5.1]);
  });

  it('may begin as a copy of another store’s: its rooms, this store’s name, beacons without addresses', () => {
    const copy = copied(corner, { ...corner, name: 'Ours' });
    expect(copy).toMatchObject({ name: 'Ours', zones: corner.zones, anchors: [{ address: '000000000001' }] });
    expect(copy.calibration).toBeUndefined();
    expect(copy.anchors[0]?.receiver).toBeUndefined();
  });

  it('goes back and forth step by step; a new step forgets what was undone', () => {
    const [second, third] = [put(corner, 'doors', [[1, 10]]).draft, put(corner, 'doors', [[5, 10]]).draft];
    const drawn = stepHistory(stepHistory(begun(corner), { kind: 'did', draft: second }), {
      kind: 'did',
      draft: third,
    });
    const back = stepHistory(stepHistory(drawn, { kind: 'undo' }), { kind: 'undo' });
    expect(back.now).toBe(corner);
    expect(stepHistory(back, { kind: 'undo' })).toBe(back);
    expect(stepHistory(back, { kind: 'redo' }).now).toBe(second);
    expect(stepHistory(stepHistory(back, { kind: 'did', draft: third }), { kind: 'redo' }).now).toBe(third);
  });
});
