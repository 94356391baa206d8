/** What is heard while somebody stands on one spot: gathered, then made into a fingerprint. Bounded; keeps no address
 * that is not an anchor of the plan, because nothing else reaches it. */
import { type Fingerprint, fingerprintAnchorsMax } from '@kairos/protocol/calibration.ts';

/** Readings of one anchor that are kept; at ten a second, a minute and a half. */
const readingsMax = 1_000;

export class SpotHearing {
  readonly #heard = new Map<string, number[]>();

  hear(anchor: string, rssi: number): void {
    const own = this.#heard.get(anchor);
    if (own === undefined) this.#heard.set(anchor, [rssi]);
    else if (own.length < readingsMax) own.push(rssi);
  }

  /** Mean and deviation of each anchor, the strongest first. */
  toFingerprint(spot: {
    readonly at: readonly [number, number];
    readonly zone: string;
    readonly seconds: number;
  }): Fingerprint {
    const heard = [...this.#heard].map(([anchor, values]) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      return { anchor, mean: tenth(mean), deviation: tenth(Math.sqrt(variance)), readings: values.length };
    });
    heard.sort((a, b) => b.mean - a.mean);
    const [x, y] = spot.at;
    return { at: [x, y], zone: spot.zone, seconds: spot.seconds, heard: heard.slice(0, fingerprintAnchorsMax) };
  }
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
