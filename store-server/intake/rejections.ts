/**
 * What intake would not take: counted always, kept for inspection as long as it is not a flood, and never with a
 * number in it that could be somebody's card, or a radio address that could be somebody's telephone.
 */
import type { GatewayRefusal } from '@kairos/edge-agent/gateways/refusal.ts';
import type { RefusalReason } from '@kairos/edge-agent/readers/refusal.ts';
import type { ConfigReason } from '@kairos/protocol/config-fault.ts';
import type { RejectReason } from '@kairos/protocol/device-facts.ts';
import type { Clock } from '@kairos/protocol/ports.ts';
import type { Rejection } from '../journal/journal.ts';
import { TokenBuckets } from './token-buckets.ts';

/** Of one device and one reason, so many a second (and so many at once) are kept; the others are only counted. */
const keptPerSecond = 5;
const keptAtOnce = 50;
const sampleBytesMax = 2_048;
const detailLengthMax = 300;

export interface RejectionNote {
  readonly by: string;
  readonly device: string;
  readonly reason: RejectReason | ConfigReason | RefusalReason | GatewayRefusal;
  readonly detail: string;
  readonly raw: unknown;
}

export class Rejections {
  readonly #clock: Clock;
  readonly #count: (reason: string, by: string) => void;
  readonly #kept: TokenBuckets;

  constructor(options: { clock: Clock; count: (reason: string, by: string) => void }) {
    this.#clock = options.clock;
    this.#count = options.count;
    this.#kept = new TokenBuckets({ clock: options.clock, perSecond: keptPerSecond, atOnce: keptAtOnce });
  }

  /** The row to be kept, or null where this device has had enough of that reason. */
  note({ by, device, reason, detail, raw }: RejectionNote): Rejection | null {
    this.#count(reason, by);
    // Apart by reason: a flood of one hides no other.
    if (!this.#kept.take(`${device} ${reason}`)) return null;
    return {
      at: this.#clock.now(),
      by,
      device,
      reason,
      detail: maskNumbers(detail).slice(0, detailLengthMax),
      sample: sampleOf(raw),
    };
  }
}

/** At most 2 KB, as text. */
export function sampleOf(raw: unknown): string {
  let text: string;
  if (raw instanceof Uint8Array) text = Buffer.from(raw.subarray(0, sampleBytesMax)).toString('utf8');
  else if (typeof raw === 'string') text = raw;
  else {
    try {
      text = JSON.stringify(raw) ?? String(raw);
    } catch {
      text = String(raw);
    }
  }
  // A zero byte ends a text in some tools; what is not printable is shown as such.
  const printable = [...maskNumbers(text)].map((char) => (char < ' ' ? ' ' : char)).join('');
  return Buffer.from(printable).subarray(0, sampleBytesMax).toString('utf8');
}

/** Six digits and more in a row, blanks and hyphens between them passed over, might be a card: the last two stay. */
export function maskNumbers(text: string): string {
  return maskAddresses(text).replace(
    /\d(?:[ -]?\d){5,}/g,
    (digits) => `${'•'.repeat(digits.length - 2)}${digits.slice(-2)}`,
  );
}

/** Twelve hexadecimal digits and more, in pairs with or without separators: an address, or a frame that holds one. */
function maskAddresses(text: string): string {
  return text.replace(/(?<![0-9a-z])(?:[0-9a-f]{2}[:-]?){5,}[0-9a-f]{2}(?![0-9a-z])/gi, (digits) =>
    /^\d+$/.test(digits) ? digits : '•'.repeat(12),
  );
}
