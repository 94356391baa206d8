/** What the tracker costs a store full of carts: processor time for each second and each reading, memory for each cart. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createZoneTracker } from '@kairos/edge-agent/zones/tracker.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';

const carts = 300;
/** Readings of a cart at once, and how many tenths of a second lie between two such. */
const readingsAtOnce = 12;
const everyTenths = 5;
/** The first seconds warm up the compiler. */
const warmUpTenths = 30;
const collections = 4;

export interface TrackerCost {
  readonly coreShare: number;
  readonly perReadingUs: number;
  readonly bytesPerCart: number;
}

/** A store of 60 m by 40 m with sixty receivers; every cart is heard by twelve of them twice a second. */
export function measureCost(hall: FloorPlan, seconds: number): TrackerCost {
  const store = largeStore(hall);
  const before = bytesHeld();
  const tracker = createZoneTracker(store);
  let spentUs = 0;
  let readings = 0;
  for (let tenth = 0; tenth < seconds * 10 + warmUpTenths; tenth += 1) {
    const now = tenth * 100;
    const start = process.cpuUsage();
    for (let cart = 0; cart < carts; cart += 1) {
      // Each cart is heard at its own time.
      if ((tenth + cart) % everyTenths !== 0) continue;
      for (let heard = 0; heard < readingsAtOnce; heard += 1) {
        const anchor = store.anchors[(cart * 7 + heard) % store.anchors.length]?.address ?? '';
        tracker.observe({ cart: `cart-${cart}`, anchor, rssi: -60 - ((cart * 13 + heard * 7 + tenth) % 30), at: now });
        if (tenth >= warmUpTenths) readings += 1;
      }
    }
    tracker.tick(now);
    const { user, system } = process.cpuUsage(start);
    if (tenth >= warmUpTenths) spentUs += user + system;
  }
  const bytesPerCart = (bytesHeld() - before) / carts;
  // Alive until it was weighed.
  if (tracker.tally.used === 0) throw new Error('the tracker has heard nothing');
  return { coreShare: spentUs / 1e6 / seconds, perReadingUs: spentUs / readings, bytesPerCart };
}

function largeStore(hall: FloorPlan): FloorPlan {
  const [width, height] = [60, 40];
  const anchors = Array.from({ length: 60 }, (_, index) => ({
    address: index.toString(16).padStart(12, '0'),
    at: [3 + 6 * (index % 10), 3 + 6.8 * Math.floor(index / 10), 2.5] as [number, number, number],
    powerAt1m: -59,
  }));
  const zones = hall.zones.map((zone) => ({
    ...zone,
    polygon: zone.polygon.map(([x, y]): [number, number] => [(x * width) / hall.width, (y * height) / hall.height]),
  }));
  return { ...hall, width, height, zones, anchors };
}

/** The heap after a collection, and the typed arrays beside it. */
function bytesHeld(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // What earlier trackers held is given back only by the second or third.
  for (let time = 0; time < collections; time += 1) collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
