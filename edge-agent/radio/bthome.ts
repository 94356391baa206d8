/**
 * BTHome v2 service data (formats.md 3.8; bthome.io): what a button on a cart says when it is pressed, and its
 * battery. Objects come in ascending order, each of a length that its id decides; the first unknown id ends what can
 * be read. Encrypted data (AES-CCM, MIC of four bytes) is opened with the button's own key.
 *
 * Never throws. Readings of other sensors are passed over.
 */
import { createDecipheriv } from 'node:crypto';

export type BthomeRead =
  | {
      readonly kind: 'read';
      /** Counts up with each press; the same press is advertised, and heard, many times. Null where there is none. */
      readonly packet: number | null;
      /** Of encrypted data: rises with each message, so that an old one cannot be sent again. Null in the open. */
      readonly counter: number | null;
      readonly batteryPercent: number | null;
      /** Of each button in turn, what it says; a device without buttons has none. */
      readonly buttons: readonly ButtonEvent[];
    }
  | { readonly kind: 'refused'; readonly reason: 'not-bthome' | 'no-key' | 'wrong-key' };

/** `none` is what a button says that has not been pressed. */
export type ButtonEvent = 'none' | 'press' | 'double' | 'triple' | 'long' | 'hold' | 'unknown';

const version = 2;
const isEncrypted = (information: number): boolean => (information & 1) === 1;

const buttonEvents: Readonly<Record<number, ButtonEvent>> = {
  0: 'none',
  1: 'press',
  2: 'double',
  3: 'triple',
  4: 'long',
  5: 'long',
  6: 'long',
  128: 'hold',
  // Hold, on old firmware.
  254: 'hold',
};

export function buttonEventOf(value: number): ButtonEvent {
  return buttonEvents[value] ?? 'unknown';
}

/** `data` begins with the device-information byte; `address` is the sender's, 12 lower-case hex digits. */
export function readBthome(
  data: Uint8Array,
  { address, key }: { readonly address: string; readonly key: Uint8Array | null },
): BthomeRead {
  const information = data[0];
  if (information === undefined || information >> 5 !== version) return { kind: 'refused', reason: 'not-bthome' };
  if (!isEncrypted(information)) {
    // A button that has a key never says anything in the open: whoever does is another.
    return key === null ? readObjects(data.subarray(1)) : { kind: 'refused', reason: 'wrong-key' };
  }
  if (key === null) return { kind: 'refused', reason: 'no-key' };
  const opened = decrypt({ data, address, key });
  if (opened === null) return { kind: 'refused', reason: 'wrong-key' };
  return { ...readObjects(opened.objects), counter: opened.counter };
}

const counterBytes = 4;
const tagBytes = 4;

function decrypt(options: {
  readonly data: Uint8Array;
  readonly address: string;
  readonly key: Uint8Array;
}): { readonly objects: Uint8Array; readonly counter: number } | null {
  const { data, address, key } = options;
  const textEnd = data.length - counterBytes - tagBytes;
  if (textEnd <= 1 || key.length !== 16) return null;
  const counter = data.subarray(textEnd, textEnd + counterBytes);
  // Address in display order, the service as on air, device information, counter.
  const nonce = Buffer.concat([
    Buffer.from(address, 'hex'),
    Buffer.from([0xd2, 0xfc, data[0] as number]),
    Buffer.from(counter),
  ]);
  try {
    const decipher = createDecipheriv('aes-128-ccm', key, nonce, { authTagLength: tagBytes });
    decipher.setAuthTag(data.subarray(textEnd + counterBytes));
    const objects = decipher.update(data.subarray(1, textEnd));
    decipher.final();
    return { objects, counter: Buffer.from(counter).readUInt32LE() };
  } catch {
    return null;
  }
}

const packetId = 0x00;
const batteryId = 0x01;
const buttonId = 0x3a;

function readObjects(objects: Uint8Array): Extract<BthomeRead, { kind: 'read' }> {
  let packet: number | null = null;
  let batteryPercent: number | null = null;
  const buttons: ButtonEvent[] = [];
  let last = 0;
  let offset = 0;
  while (offset < objects.length) {
    const id = objects[offset] as number;
    const length = lengthOf(id, objects[offset + 1]);
    if (length === null || id < last || offset + 1 + length > objects.length) break;
    const value = objects[offset + 1] as number;
    if (id === packetId) packet = value;
    else if (id === batteryId && value <= 100) batteryPercent = value;
    else if (id === buttonId) buttons.push(buttonEventOf(value));
    last = id;
    offset += 1 + length;
  }
  return { kind: 'read', packet, counter: null, batteryPercent, buttons };
}

/** Ids of BTHome v2 by the number of bytes that follow them. */
const idsByLength: readonly (readonly [length: number, ids: readonly number[]])[] = [
  [
    1,
    [
      0x00, 0x01, 0x09, 0x0f, 0x10, 0x11, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x21,
      0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f, 0x3a, 0x46, 0x57, 0x58, 0x59,
      0x60,
    ],
  ],
  [
    2,
    [
      0x02, 0x03, 0x06, 0x07, 0x08, 0x0c, 0x0d, 0x0e, 0x12, 0x13, 0x14, 0x3c, 0x3d, 0x3f, 0x40, 0x41, 0x43, 0x44, 0x45,
      0x47, 0x48, 0x49, 0x4a, 0x51, 0x52, 0x56, 0x5a, 0x5d, 0x5e, 0x5f, 0xf0,
    ],
  ],
  [3, [0x04, 0x05, 0x0a, 0x0b, 0x42, 0x4b, 0xf2]],
  [4, [0x3e, 0x4c, 0x4d, 0x4e, 0x4f, 0x50, 0x55, 0x5b, 0x5c, 0xf1]],
];
const lengths = new Map(idsByLength.flatMap(([length, ids]) => ids.map((id) => [id, length] as const)));
/** Text and raw bytes say their length themselves. */
const withLength = new Set([0x53, 0x54]);

function lengthOf(id: number, next: number | undefined): number | null {
  if (withLength.has(id)) return next === undefined ? null : 1 + next;
  return lengths.get(id) ?? null;
}
