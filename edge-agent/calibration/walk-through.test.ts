import { calibration, type Fingerprint } from '@kairos/protocol/calibration.ts';
import { floorPlan } from '@kairos/protocol/floor-plan.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { describe, expect, it } from 'vitest';
import { judgeSpot } from './spot-verdict.ts';
import { middleOf, walkThrough } from './walk-through.ts';

const beacons = ['aaaaaaaaaa01', 'aaaaaaaaaa02', 'aaaaaaaaaa03'];
const spot = (zone: string, ...means: number[]): Fingerprint => ({
  at: [0, 0],
  zone,
  heard: means.map((mean, index) => ({ anchor: beacons[index] ?? '', mean, deviation: 3, readings: 40 })),
});

describe('a spot', () => {
  it.each([
    ['is good where three beacons are heard', spot('suits', -60, -70, -80), 'good'],
    ['says that nothing is heard', spot('suits'), 'nothing-heard'],
    ['says that too few are heard', spot('suits', -60, -70), 'too-few'],
    ['says that they are too weak', spot('suits', -60, -90, -91), 'too-weak'],
    ['says which zone it cannot be told from', spot('suits', -61, -69, -81), 'alike'],
  ])('%s', (_, measured, kind) => {
    const others = kind === 'alike' ? [spot('shoes', -60, -70, -80)] : [spot('shoes', -80, -70, -60)];
    expect(judgeSpot(measured, others).kind).toBe(kind);
  });

  it('of the same zone may sound alike', () => {
    expect(judgeSpot(spot('suits', -60, -70, -80), [spot('suits', -60, -70, -80)]).kind).toBe('good');
  });
});

describe('the walk', () => {
  const zone = (id: string, x: number) => ({
    id,
    name: id.toUpperCase(),
    polygon: [
      [x, 0],
      [x + 10, 0],
      [x + 10, 10],
      [x, 10],
    ],
  });
  const plan = floorPlan.parse({ name: 'Hall', width: 20, height: 10, zones: [zone('suits', 0), zone('shoes', 10)] });

  it('asks for each zone, listens again where it must, and gives a calibration', async () => {
    const ports = simulatedPorts({ startMs: 1_795_000_000_000, seed: 1 });
    const said: string[] = [];
    const levels = [[-60, -70, -80], [], [-80, -70, -60]];
    let hearings = 0;
    const measured = await walkThrough({
      plan,
      seconds: 5,
      ports,
      say: (line) => said.push(line),
      ask: async () => '',
      listen(to) {
        for (const [index, rssi] of (levels[hearings] ?? []).entries()) to(beacons[index] ?? '', rssi);
        hearings += 1;
        queueMicrotask(() => ports.advance(5_000));
        return () => undefined;
      },
    });
    expect(hearings).toBe(3);
    expect(said.join('\n')).toContain('"SHOES": nothing is heard here');
    expect(calibration.parse(measured).fingerprints).toMatchObject([
      { zone: 'suits', at: [5, 5], heard: [{ mean: -60 }, { mean: -70 }, { mean: -80 }] },
      { zone: 'shoes', at: [15, 5] },
    ]);
  });

  it('ends where nobody answers, with nothing', async () => {
    const ports = simulatedPorts({ startMs: 0, seed: 1 });
    const walk = {
      plan,
      seconds: 5,
      ports,
      say: () => undefined,
      ask: async () => null,
      listen: () => () => undefined,
    };
    expect(await walkThrough(walk)).toBeNull();
  });

  it('stands inside a zone that goes around a corner', () => {
    const [x, y] = middleOf([
      [0, 0],
      [10, 0],
      [10, 1],
      [1, 1],
      [1, 10],
      [0, 10],
    ]);
    expect(x < 1 || y < 1).toBe(true);
  });
});
