/**
 * The fingerprint sets of the recorded hall (`hst/set_N/tetam_multi_rssi.hst`) as a calibration: for each place where
 * the tag stood still, a histogram of what each receiver heard, made into its mean and deviation. The file's lines are
 * "Bins:", "Dongles:", "Beacons:" and "Fingerprints:", each followed by JSON; a place is written "(x, y, z)".
 */
import { type Calibration, calibration } from '@kairos/protocol/calibration.ts';

/** The sets do not say how many readings a histogram rests on; about so many by what their shares are multiples of. */
const readingsAssumed = 300;

/** Place → receiver → tag → shares of the bins. */
type Histograms = Record<string, Record<string, Record<string, readonly number[]>>>;

export function readRecordedFingerprints(text: string): Calibration {
  const bins = section<readonly number[]>(text, 'Bins:');
  const places = section<Histograms>(text, 'Fingerprints:');
  return calibration.parse({
    fingerprints: Object.entries(places).map(([place, receivers]) => ({
      at: readPlace(place),
      heard: Object.entries(receivers).flatMap(([anchor, tags]) => {
        const shares = Object.values(tags)[0] ?? [];
        const total = shares.reduce((sum, share) => sum + share, 0);
        return total > 0 ? [{ anchor, readings: readingsAssumed, ...momentsOf(shares, bins, total) }] : [];
      }),
    })),
  });
}

function momentsOf(
  shares: readonly number[],
  bins: readonly number[],
  total: number,
): { mean: number; deviation: number } {
  const mean = shares.reduce((sum, share, index) => sum + share * (bins[index] as number), 0) / total;
  const variance = shares.reduce((sum, share, index) => sum + share * ((bins[index] as number) - mean) ** 2, 0) / total;
  return { mean, deviation: Math.sqrt(variance) };
}

function readPlace(text: string): [number, number] {
  const [x, y] = text.replace(/[()]/g, '').split(',').map(Number);
  if (x === undefined || y === undefined) throw new Error(`"${text}" is no place of a fingerprint file: "(x, y, z)"`);
  return [x, y];
}

function section<Value>(text: string, name: string): Value {
  const line = text.split('\n').find((one) => one.startsWith(name));
  if (line === undefined)
    throw new Error(`no line "${name}": give a fingerprint file (.hst) of the trolley recordings`);
  return JSON.parse(line.slice(name.length)) as Value;
}
