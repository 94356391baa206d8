/**
 * The one shape that all radio takes here, whoever heard it: a fixed receiver that hears the tag of a cart, or the
 * reader on a cart that hears a shelf beacon. Every adapter ends in it and nothing behind an adapter knows a vendor
 * (formats.md, head). The odd ways in which vendors write addresses and RSSI are normalised here, once.
 */

export type TransmitterId =
  | { readonly kind: 'ibeacon'; readonly uuid: string; readonly major: number; readonly minor: number }
  | { readonly kind: 'altbeacon'; readonly id: string }
  | { readonly kind: 'eddystone'; readonly namespace: string; readonly instance: string }
  | { readonly kind: 'address' }
  | { readonly kind: 'alias'; readonly alias: string };

/** How far a source's own time may be trusted; `none` means that only the arrival is known. */
export type SourceClock = 'source-ms' | 'source-s' | 'boot' | 'none';

export interface RadioObservation {
  /** The adapter: "ingics", "absniffer" … */
  readonly format: string;
  /** Who heard it: the address of a gateway, or the name of the reader on a cart. */
  readonly receiver: string;
  /** Who sent it: 12 lower-case hex digits; null where the source gives only an alias. */
  readonly address: string | null;
  readonly id: TransmitterId;
  /** dBm, -127 … -1. */
  readonly rssi: number;
  /** RSSI at one metre as the sender states it; null where it says nothing believable. */
  readonly powerAt1m: number | null;
  /**
   * The source's own time in milliseconds, by `clock`; null where it gives none. It may be wrong by years: only the
   * differences between messages of one source say anything (`source-clocks.ts` makes an age of them).
   */
  readonly sourceTime: number | null;
  readonly clock: SourceClock;
  /** When it arrived here, by this machine's clock. Zones are reckoned with it. */
  readonly receivedAt: number;
  /** The source has smoothed the RSSI already (ESPresense): it lags behind, and its noise says nothing. */
  readonly filtered: boolean;
  /**
   * Silence of the source up to so many milliseconds means that nothing changed, and the RSSI still holds: ESPresense
   * repeats a tag that stands still every five seconds only. Absent where silence says nothing.
   */
  readonly holdsMs?: number;
  /** Metres as the source reckoned them by a model and a smoothing of its own; a hint for a person, not for zones. */
  readonly distanceM?: number;
  readonly battery?: Battery;
}

/** What a tag or a button says of its battery. */
export interface Battery {
  /** 0 … 100. */
  readonly percent?: number;
  readonly millivolts?: number;
}

/** "AA:BB:CC:DD:EE:FF", "AABBCCDDEEFF", "aa-bb-…" → "aabbccddeeff"; null where it is no address. */
export function readAddress(text: string): string | null {
  const bare = text.replace(/[:-]/g, '').toLowerCase();
  return /^[0-9a-f]{12}$/.test(bare) ? bare : null;
}

/**
 * RSSI in whole dBm from a number or a text ("-88", "-053", "-81.10"); null where it cannot be: recordings hold +42,
 * and +127 stands for "unknown" in Bluetooth's own interface.
 */
export function readRssi(value: unknown): number | null {
  // The commonest case first: whole numbers.
  if (Number.isInteger(value)) return (value as number) >= -127 && (value as number) <= -1 ? (value as number) : null;
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^[+-]?\d{1,3}(\.\d+)?$/.test(text)) return null;
  const rssi = Math.round(Number(text));
  return rssi >= -127 && rssi <= -1 ? rssi : null;
}

/** Bytes from hex digits of any case; null where the text is not whole bytes. */
export function readHex(text: string): Uint8Array | null {
  if (text.length % 2 !== 0 || !/^[0-9A-Fa-f]*$/.test(text)) return null;
  return new Uint8Array(Buffer.from(text, 'hex'));
}
