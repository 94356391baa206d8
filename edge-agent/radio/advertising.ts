/**
 * What Bluetooth devices advertise, decoded from the raw bytes that several vendors pass on: iBeacon, AltBeacon and
 * Eddystone UID, TLM and URL (formats.md section 4). The order of the parts is not fixed and flags may be missing.
 * Never throws: what is not understood is left out, and what ends too early is said. Strict: a frame of the wrong
 * length or with reserved values in it is no frame, because what looks like a beacon of ours decides where a cart is.
 *
 * Names of devices are not read: they are people's ("Ada's telephone"). BTHome is only found here; `bthome.ts` reads
 * it, because that may take a key.
 */
import type { TransmitterId } from './observation.ts';

export type AdvertisingFrame =
  | {
      readonly kind: 'ibeacon';
      readonly uuid: string;
      readonly major: number;
      readonly minor: number;
      readonly powerAt1m: number | null;
    }
  | {
      readonly kind: 'altbeacon';
      readonly manufacturer: number;
      readonly id: string;
      readonly powerAt1m: number | null;
    }
  | {
      readonly kind: 'eddystone-uid';
      readonly namespace: string;
      readonly instance: string;
      readonly powerAt1m: number | null;
    }
  | { readonly kind: 'eddystone-url'; readonly url: string; readonly powerAt1m: number | null }
  | {
      readonly kind: 'eddystone-tlm';
      readonly millivolts: number | null;
      readonly celsius: number | null;
      readonly sent: number;
      readonly uptimeMs: number;
    }
  /** Service data of BTHome, from its device-information byte on. */
  | { readonly kind: 'bthome'; readonly data: Uint8Array };

export interface Advertising {
  readonly frames: readonly AdvertisingFrame[];
  /** A part claims more bytes than there are: the source cut the advertisement off, or bytes were lost. */
  readonly truncated: boolean;
}

const manufacturerData = 0xff;
const serviceData16 = 0x16;
const eddystoneService = 0xfeaa;
const bthomeService = 0xfcd2;
/** The most that Bluetooth 5 lets anybody advertise; what is beyond it is not looked at. */
export const advertisingBytesMax = 1_650;
/** Eddystone states its power at the antenna; at one metre it is this much less (Google's specification). */
const lossOverFirstMetre = 41;

export function decodeAdvertising(bytes: Uint8Array): Advertising {
  const frames: AdvertisingFrame[] = [];
  let offset = 0;
  const isTooLong = bytes.length > advertisingBytesMax;
  while (offset < bytes.length && !isTooLong) {
    const length = bytes[offset] as number;
    if (length === 0) break;
    const end = offset + 1 + length;
    if (end > bytes.length) return { frames, truncated: true };
    const data = bytes.subarray(offset + 2, end);
    const frame = decodePart(bytes[offset + 1] as number, data);
    if (frame) frames.push(frame);
    offset = end;
  }
  return { frames, truncated: isTooLong };
}

/** The name under which the sender makes itself known, and its power, where it says so. */
export function identify(advertising: Advertising): { id: TransmitterId; powerAt1m: number | null } {
  for (const frame of advertising.frames) {
    switch (frame.kind) {
      case 'ibeacon':
        return {
          id: { kind: 'ibeacon', uuid: frame.uuid, major: frame.major, minor: frame.minor },
          powerAt1m: frame.powerAt1m,
        };
      case 'altbeacon':
        return { id: { kind: 'altbeacon', id: frame.id }, powerAt1m: frame.powerAt1m };
      case 'eddystone-uid':
        return {
          id: { kind: 'eddystone', namespace: frame.namespace, instance: frame.instance },
          powerAt1m: frame.powerAt1m,
        };
      default:
    }
  }
  return { id: { kind: 'address' }, powerAt1m: null };
}

function decodePart(type: number, data: Uint8Array): AdvertisingFrame | null {
  if (type === manufacturerData) return decodeIBeacon(data) ?? decodeAltBeacon(data);
  if (type !== serviceData16 || data.length < 3) return null;
  const service = littleEndian16(data, 0);
  if (service === eddystoneService) return decodeEddystone(data.subarray(2));
  return service === bthomeService ? { kind: 'bthome', data: data.subarray(2) } : null;
}

/** Apple's company id is 4C 00 on air; 00 4C is a broken sender and is not taken for one. */
function decodeIBeacon(data: Uint8Array): AdvertisingFrame | null {
  if (data.length !== 25 || data[0] !== 0x4c || data[1] !== 0x00 || data[2] !== 0x02 || data[3] !== 0x15) return null;
  const uuid = hex(data, 4, 20).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return {
    kind: 'ibeacon',
    uuid,
    major: bigEndian16(data, 20),
    minor: bigEndian16(data, 22),
    powerAt1m: believablePower(signed8(data, 24)),
  };
}

function decodeAltBeacon(data: Uint8Array): AdvertisingFrame | null {
  if (data.length !== 26 || data[2] !== 0xbe || data[3] !== 0xac) return null;
  return {
    kind: 'altbeacon',
    manufacturer: littleEndian16(data, 0),
    id: hex(data, 4, 24),
    powerAt1m: believablePower(signed8(data, 24)),
  };
}

function decodeEddystone(data: Uint8Array): AdvertisingFrame | null {
  const kind = data[0];
  // The two reserved bytes at the end of a UID may be missing.
  if (kind === 0x00 && (data.length === 18 || data.length === 20)) {
    return {
      kind: 'eddystone-uid',
      namespace: hex(data, 2, 12),
      instance: hex(data, 12, 18),
      powerAt1m: believablePower(signed8(data, 1) - lossOverFirstMetre),
    };
  }
  if (kind === 0x10 && data.length > 3 && data.length <= 3 + urlBytesMax) return decodeUrl(data);
  // Version 1 is encrypted and says nothing to us.
  if (kind === 0x20 && data[1] === 0x00 && data.length === 14) return decodeTelemetry(data);
  return null;
}

/** After the scheme, as Google's specification has it. */
const urlBytesMax = 17;
const urlSchemes = ['http://www.', 'https://www.', 'http://', 'https://'];
const urlDomains = ['.com', '.org', '.edu', '.net', '.info', '.biz', '.gov'];
const urlExpansions = [...urlDomains.map((domain) => `${domain}/`), ...urlDomains];

function decodeUrl(data: Uint8Array): AdvertisingFrame | null {
  let url = urlSchemes[data[2] as number];
  if (url === undefined) return null;
  for (const byte of data.subarray(3)) {
    if (byte < urlExpansions.length) url += urlExpansions[byte];
    else if (byte > 0x20 && byte < 0x7f) url += String.fromCharCode(byte);
    else return null;
  }
  return { kind: 'eddystone-url', url, powerAt1m: believablePower(signed8(data, 1) - lossOverFirstMetre) };
}

function decodeTelemetry(data: Uint8Array): AdvertisingFrame {
  const millivolts = bigEndian16(data, 2);
  const temperature = bigEndian16(data, 4);
  return {
    kind: 'eddystone-tlm',
    millivolts: millivolts === 0 ? null : millivolts,
    celsius: temperature === 0x8000 ? null : (temperature >= 0x8000 ? temperature - 0x10000 : temperature) / 256,
    sent: bigEndian32(data, 6),
    uptimeMs: bigEndian32(data, 10) * 100,
  };
}

/** Zero and above are mis-set beacons (3 is a well-known "lost" device); the floor plan's value is used then. */
function believablePower(power: number): number | null {
  return power < 0 ? power : null;
}

function hex(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let index = from; index < to; index += 1) text += (bytes[index] as number).toString(16).padStart(2, '0');
  return text;
}
function signed8(bytes: Uint8Array, at: number): number {
  const value = bytes[at] as number;
  return value > 127 ? value - 256 : value;
}
function bigEndian16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}
function littleEndian16(bytes: Uint8Array, at: number): number {
  return ((bytes[at + 1] as number) << 8) | (bytes[at] as number);
}
function bigEndian32(bytes: Uint8Array, at: number): number {
  return bigEndian16(bytes, at) * 0x10000 + bigEndian16(bytes, at + 2);
}
