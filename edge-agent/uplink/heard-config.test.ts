/** Every key of the settings that a store sends, each with a bad value of every kind that applies to all. */
import { everyKey } from '@kairos/protocol/known-keys.ts';
import { type DeviceConfig, deviceConfig } from '@kairos/protocol/topics.ts';
import { expect, it } from 'vitest';
import { hearConfig } from './heard-config.ts';

const square: [number, number][] = [
  [0, 0],
  [10, 0],
  [10, 10],
];
const good: DeviceConfig = {
  store: 'demo',
  storeTime: 1,
  cart: 'cart-1',
  loyalty: { prefixes: ['29'], gsrn: true },
  floorPlan: {
    name: 'Test',
    width: 10,
    height: 10,
    zones: [{ id: 'suits', name: 'Suits', kind: 'aisle', polygon: square }],
    walls: [square],
    shelves: [{ id: 'shelf-1', zone: 'suits', polygon: square, departments: ['menswear'] }],
    tills: [{ id: 'till-1', zone: 'suits', at: [1, 1] }],
    doors: [{ id: 'door-1', at: [1, 1] }],
    screens: [{ id: 'screen-1', zone: 'suits', at: [2, 1] }],
    anchors: [{ address: '0123456789ab', at: [1, 1, 2], powerAt1m: -59 }],
    calibration: {
      measured: '2026-11-22',
      fingerprints: [
        {
          at: [1, 1],
          zone: 'suits',
          seconds: 30,
          heard: [{ anchor: '0123456789ab', mean: -60, deviation: 3, readings: 20 }],
        },
      ],
    },
  },
};
type Path = readonly (string | number)[];
const keys = everyKey(deviceConfig);

function changed(value: unknown, [key, ...rest]: Path, bad: unknown): unknown {
  if (key === undefined) return bad;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>;
  if (rest.length === 0 && bad === undefined) delete copy[key];
  else copy[key] = changed(copy[key], rest, bad);
  return copy;
}
function faultsOf(value: unknown) {
  const heard = hearConfig(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
  return heard.kind === 'faulty' ? heard.faults : [];
}

it('what is right is heard', () => {
  expect(faultsOf(good)).toEqual([]);
  expect(keys.length).toBeGreaterThan(40);
});

it.each(['{"store":', '', 'null', '[]', '42'])('%j is none, and says so', (text) => {
  expect(faultsOf(text)[0]?.reason).toMatch(/^(syntax|wrong-type)$/);
});

it.each(keys.map((key) => [key.join('.'), key] as const))(
  '%s: every kind of fault is told with its reason',
  (at, key) => {
    const isAt = ({ path }: { path: Path }) => path.join('.') === at;
    const wrong = faultsOf(changed(good, key, { no: 'value' })).filter(({ path }) => path.join('.').startsWith(at));
    expect(wrong[0]?.reason).toMatch(/^(wrong-type|unknown-value|unknown-key|missing)$/);
    expect(wrong[0]?.message).not.toBe('');
    const name = key.at(-1);
    if (typeof name !== 'string') return;
    const misspelt = faultsOf(changed(good, [...key.slice(0, -1), `${name}x`], 1));
    expect(misspelt).toMatchObject([{ reason: 'unknown-key', message: expect.stringContaining(`"${name}"`) }]);
    const missing = faultsOf(changed(good, key, undefined));
    const isNeeded = !deviceConfig.safeParse(changed(good, key, undefined)).success;
    expect(missing.some((fault) => isAt(fault) && fault.reason === 'missing')).toBe(isNeeded);
  },
);
