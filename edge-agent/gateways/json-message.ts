/** JSON as gateways send it, opened with bounds and read field by field: nothing in it is believed to be of any shape. */
import type { Gathering } from './gathering.ts';

/** The largest of them, Minew's, batches a second of a busy hall into less than half of this. */
export const messageBytesMax = 262_144;

export type JsonRecord = Readonly<Record<string, unknown>>;

/** Undefined where it is none; the refusal is noted. */
export function openJson(payload: Uint8Array, gathering: Gathering): unknown {
  if (payload.length > messageBytesMax) {
    gathering.refuse('too-large', '');
    return undefined;
  }
  const value = parseJson(payload);
  if (value === undefined) gathering.refuse('not-json', textOf(payload));
  return value;
}

/** Undefined where it is no JSON. */
export function parseJson(payload: Uint8Array): unknown {
  if (payload.length > messageBytesMax) return undefined;
  try {
    return JSON.parse(textOf(payload)) as unknown;
  } catch {
    return undefined;
  }
}

function textOf(payload: Uint8Array): string {
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8');
}

export function asRecord(value: unknown): JsonRecord | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonRecord) : null;
}

export function readText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** A number, or a text that is one ("1653668027"); null for anything else. */
export function readNumber(value: unknown): number | null {
  if (typeof value === 'string' && !/^-?\d{1,15}(\.\d{1,9})?$/.test(value)) return null;
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** A whole number within bounds; null for anything else. */
export function readWhole(value: unknown, least: number, most: number): number | null {
  const number = readNumber(value);
  return number !== null && Number.isInteger(number) && number >= least && number <= most ? number : null;
}

/** What an entry was, for a person: it is masked where it is kept. */
export function entryText(entry: unknown): string {
  return JSON.stringify(entry)?.slice(0, 1_200) ?? String(entry);
}

const numberMax = 0xffff;

/** An iBeacon as gateways spell it out: a UUID with dashes or without, in any case; null where one part is missing. */
export function readIbeacon(uuid: unknown, major: unknown, minor: unknown) {
  const bare = typeof uuid === 'string' ? uuid.replaceAll('-', '').toLowerCase() : '';
  const numbers = [readWhole(major, 0, numberMax), readWhole(minor, 0, numberMax)] as const;
  if (!/^[0-9a-f]{32}$/.test(bare) || numbers[0] === null || numbers[1] === null) return null;
  const dashed = bare.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { kind: 'ibeacon' as const, uuid: dashed, major: numbers[0], minor: numbers[1] };
}
