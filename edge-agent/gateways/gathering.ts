/**
 * What one message of a gateway brought: observations of the store's own radio, presses of its buttons, and what was
 * refused. Under all adapters lies this one gate: what a sender calls itself is decoded here, whose it is is asked
 * here, and what is not the store's own is counted and gone before anything else sees it (DESIGN section 7).
 */
import { type AdvertisingFrame, advertisingBytesMax, decodeAdvertising, identify } from '../radio/advertising.ts';
import { type ButtonEvent, buttonEventOf, readBthome } from '../radio/bthome.ts';
import {
  type Battery,
  type RadioObservation,
  readAddress,
  readHex,
  readRssi,
  type SourceClock,
  type TransmitterId,
} from '../radio/observation.ts';
import { newRadioTally, type OwnRadio, type RadioTally } from '../radio/own-radio.ts';
import { masked } from './masked.ts';
import type { GatewayRefusal, RefusedEntry } from './refusal.ts';

/** More than any gateway says at once: April Brother's fastest sends 210 advertisements a second. */
export const entriesMax = 2_000;
/** Of one message, so many refusals are shown; the others are counted. */
const samplesMax = 5;

/** One advertisement as a gateway reports it; each adapter fills in what its vendor says. */
export interface Report {
  /** Who heard it: an address in any writing, or a name; null where nothing says so. */
  readonly receiver: string | null;
  /** Who sent it: 12 lower-case hex digits; null where only a name is given. */
  readonly address: string | null;
  /** What the gateway decoded itself; left out, the advertising data says it. */
  readonly id?: TransmitterId;
  readonly powerAt1m?: number | null;
  /** As a number or a text; it may be impossible. */
  readonly rssi: unknown;
  /** Advertising data in hex, as it came. */
  readonly advertising?: string | Uint8Array | null;
  /** Service data of BTHome, from its first byte on, where the gateway took it out of the advertising data. */
  readonly bthome?: Uint8Array | null;
  /** Of a button, where the gateway decoded it. */
  readonly button?: { readonly packet: number | null; readonly events: readonly number[] };
  readonly sourceTime?: number | null;
  readonly clock?: SourceClock;
  readonly filtered?: boolean;
  readonly holdsMs?: number;
  readonly distanceM?: number;
  readonly battery?: Battery;
}

/** What a button on a cart said; that it was said before is found out by whoever knows what was (`button-presses.ts`). */
export interface ButtonReport {
  readonly address: string;
  readonly cart: string;
  /** Tells one press from the next; null where the button does not count. */
  readonly packet: number | null;
  /** Of encrypted presses; it only rises. */
  readonly counter: number | null;
  readonly events: readonly ButtonEvent[];
  readonly sourceTime: number | null;
  readonly clock: SourceClock;
  readonly receiver: string;
}

export class Gathering {
  readonly observations: RadioObservation[] = [];
  readonly buttons: ButtonReport[] = [];
  readonly tally: RadioTally = newRadioTally();
  readonly refused: Partial<Record<GatewayRefusal, number>> = {};
  readonly samples: RefusedEntry[] = [];
  /** Who heard anything at all, ours or not: it is alive. */
  readonly receivers = new Set<string>();
  readonly #format: string;
  readonly #own: OwnRadio;
  readonly #receivedAt: number;

  constructor(options: {
    readonly format: string;
    readonly own: OwnRadio;
    /** By this machine's clock. */
    readonly receivedAt: number;
  }) {
    this.#format = options.format;
    this.#own = options.own;
    this.#receivedAt = options.receivedAt;
  }

  hear(report: Report): void {
    const receiver = report.receiver === null ? null : (readAddress(report.receiver) ?? report.receiver);
    if (receiver !== null) this.receivers.add(receiver);
    const advertising = readAdvertising(report.advertising);
    if (advertising === 'unreadable') {
      this.refuse('unreadable-advertising', '');
      return;
    }
    const found = advertising === null ? null : identify(advertising);
    const id = found !== null && found.id.kind !== 'address' ? found.id : (report.id ?? { kind: 'address' });
    const { address } = report;
    if (!this.#own.owns({ address, id })) {
      this.tally.foreign += 1;
      return;
    }
    if (receiver === null) {
      this.refuse('no-receiver', '');
      return;
    }
    const said = this.#readButton({ ...report, receiver }, advertising?.frames ?? []);
    // Nobody's position follows from a button that was pressed without a strength.
    if (report.rssi == null) {
      if (!said.isButton) this.refuse('no-rssi', '');
      return;
    }
    const rssi = readRssi(report.rssi);
    if (rssi === null) {
      this.tally.implausible += 1;
      this.#count('impossible-rssi', '');
      return;
    }
    const battery = report.battery ?? said.battery ?? batteryIn(advertising?.frames ?? []);
    this.tally.heard += 1;
    this.observations.push({
      format: this.#format,
      receiver,
      address,
      id,
      rssi,
      powerAt1m: found?.powerAt1m ?? believablePower(report.powerAt1m),
      sourceTime: report.sourceTime ?? null,
      clock: report.clock ?? 'none',
      receivedAt: this.#receivedAt,
      filtered: report.filtered ?? false,
      ...(report.holdsMs === undefined ? {} : { holdsMs: report.holdsMs }),
      ...(report.distanceM === undefined ? {} : { distanceM: report.distanceM }),
      ...(battery === undefined ? {} : { battery }),
    });
  }

  /** Something that could not be read; `text` is masked here and may be empty. */
  refuse(reason: GatewayRefusal, text: string): void {
    this.tally.unreadable += 1;
    this.#count(reason, text);
  }

  #count(reason: GatewayRefusal, text: string): void {
    this.refused[reason] = (this.refused[reason] ?? 0) + 1;
    if (this.samples.length < samplesMax) this.samples.push({ reason, sample: masked(text) });
  }

  #readButton(
    report: Report & { readonly receiver: string },
    frames: readonly AdvertisingFrame[],
  ): { isButton: boolean; battery?: Battery } {
    const button = this.#own.buttonOf(report.address);
    const data = report.bthome ?? frames.find((frame) => frame.kind === 'bthome')?.data ?? null;
    const { address } = report;
    if (button === null || address === null || (data === null && report.button === undefined)) {
      return { isButton: false };
    }
    const from = {
      address,
      cart: button.cart,
      sourceTime: report.sourceTime ?? null,
      clock: report.clock ?? ('none' as const),
      receiver: report.receiver,
    };
    if (data === null) {
      const events = (report.button?.events ?? []).map(buttonEventOf);
      // What a gateway has decoded proves nothing: with a key, only what was opened with it counts.
      if (button.key !== null) this.#count('forged-button', '');
      else this.buttons.push({ ...from, packet: report.button?.packet ?? null, counter: null, events });
      return { isButton: true };
    }
    const read = readBthome(data, { address, key: button.key });
    if (read.kind === 'refused') {
      if (read.reason === 'no-key') this.#count('encrypted-button', '');
      else if (read.reason === 'wrong-key') this.#count('forged-button', '');
      return { isButton: true };
    }
    this.buttons.push({ ...from, packet: read.packet, counter: read.counter, events: read.buttons });
    return {
      isButton: true,
      ...(read.batteryPercent === null ? {} : { battery: { percent: read.batteryPercent } }),
    };
  }
}

function readAdvertising(given: string | Uint8Array | null | undefined) {
  if (given == null) return null;
  if (typeof given === 'string' && given.length > 2 * advertisingBytesMax) return 'unreadable';
  const bytes = typeof given === 'string' ? readHex(given) : given;
  return bytes === null || bytes.length > advertisingBytesMax ? 'unreadable' : decodeAdvertising(bytes);
}

function believablePower(power: number | null | undefined): number | null {
  return power != null && power < 0 && power >= -127 ? Math.round(power) : null;
}

function batteryIn(frames: readonly AdvertisingFrame[]): Battery | undefined {
  for (const frame of frames) {
    if (frame.kind === 'eddystone-tlm' && frame.millivolts !== null) return { millivolts: frame.millivolts };
  }
  return undefined;
}
