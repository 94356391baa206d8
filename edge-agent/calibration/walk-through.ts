/**
 * The walk through the store, zone by zone: asks somebody to stand in the middle of each, listens for a while, shows what
 * is heard, says what is wrong with it, and offers to try again. Knows nothing of readers or terminals.
 */
import type { Calibration, Fingerprint } from '@kairos/protocol/calibration.ts';
import { contains, type FloorPlan, type Point } from '@kairos/protocol/floor-plan.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import { toIso } from '@kairos/protocol/time.ts';
import { SpotHearing } from './spot-hearing.ts';
import { judgeSpot } from './spot-verdict.ts';

/** Of what is heard, so much is shown. */
const shownMax = 3;

export interface WalkThrough {
  readonly plan: FloorPlan;
  readonly seconds: number;
  readonly ports: Ports;
  say(line: string): void;
  /** What was typed, without blanks around it; null where nobody is there to type any more. */
  ask(question: string): Promise<string | null>;
  /** Where readings go until the function that comes back is called. */
  listen(to: (anchor: string, rssi: number) => void): () => void;
}

/** Null where it was broken off before anything was measured. */
export async function walkThrough(walk: WalkThrough): Promise<Calibration | null> {
  const { plan, say, seconds, ports } = walk;
  say(`We walk through ${plan.zones.length} zones. In each one you stand still for ${seconds} seconds.`);
  const taken: Fingerprint[] = [];
  for (const { id, name, polygon } of plan.zones) {
    const spot = await takeSpot(walk, { zone: id, name, at: middleOf(polygon) }, taken);
    if (spot === 'stop') break;
    if (spot !== 'skip') taken.push(spot);
  }
  if (taken.length === 0) return null;
  return { measured: toIso(ports.clock.now()).slice(0, 10), fingerprints: taken };
}

interface Spot {
  readonly zone: string;
  readonly name: string;
  readonly at: Point;
}

/** Asks again where the spot is no good; whoever walks decides when it is good enough. */
async function takeSpot(
  walk: WalkThrough,
  spot: Spot,
  taken: readonly Fingerprint[],
): Promise<Fingerprint | 'skip' | 'stop'> {
  const { say, ask } = walk;
  const ready = await ask(`Go to "${spot.name}", to the middle, and press Enter ("s" skips it, "q" ends).`);
  if (ready === null || ready === 'q') return 'stop';
  if (ready === 's') return 'skip';
  for (;;) {
    const fingerprint = await hearSpot(walk, spot);
    const loudest = fingerprint.heard.slice(0, shownMax).map(({ anchor, mean }) => `${anchor} at ${mean} dBm`);
    say(`Heard ${fingerprint.heard.length} beacons${loudest.length > 0 ? `: ${loudest.join(', ')}` : ''}.`);
    const verdict = judgeSpot(fingerprint, taken);
    if (verdict.kind === 'good') {
      say(`"${spot.name}" is fine.`);
      return fingerprint;
    }
    say(`"${spot.name}": ${verdict.words}`);
    const answer = await ask('Press Enter to listen again ("k" keeps it as it is, "s" skips it, "q" ends).');
    if (answer === null || answer === 'q') return 'stop';
    if (answer === 's') return 'skip';
    if (answer === 'k' && fingerprint.heard.length > 0) return fingerprint;
  }
}

async function hearSpot({ say, listen, ports, seconds }: WalkThrough, { zone, at }: Spot): Promise<Fingerprint> {
  say(`Please stand still: ${seconds} seconds …`);
  const hearing = new SpotHearing();
  const stop = listen((anchor, rssi) => hearing.hear(anchor, rssi));
  await new Promise<void>((resolve) => void ports.timers.after(seconds * 1_000, resolve));
  stop();
  return hearing.toFingerprint({ at, zone, seconds });
}

/** The mean of the corners, or, where that lies outside (a zone around a corner), the middle of the longest inner line. */
export function middleOf(polygon: readonly Point[]): Point {
  const sum = polygon.reduce(([x, y], [px, py]): Point => [x + px, y + py], [0, 0]);
  const mean: Point = [sum[0] / polygon.length, sum[1] / polygon.length];
  if (contains(polygon as Point[], mean)) return mean;
  const inner = polygon.flatMap((one, index) =>
    polygon.slice(index + 1).map((other) => ({
      at: [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2] as Point,
      length: Math.hypot(one[0] - other[0], one[1] - other[1]),
    })),
  );
  return (
    inner.filter(({ at }) => contains(polygon as Point[], at)).toSorted((a, b) => b.length - a.length)[0]?.at ?? mean
  );
}
