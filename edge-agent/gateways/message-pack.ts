/** MessagePack, through the one library that reads it, with bounds on all that a hostile message could make large. */
import { decode } from '@msgpack/msgpack';
import { entriesMax } from './gathering.ts';
import { messageBytesMax } from './json-message.ts';

const keysMax = 64;
const textLengthMax = 512;
const binLengthMax = 2_048;

/** Undefined where the bytes are no single, whole value within the bounds. */
export function readMessagePack(payload: Uint8Array): unknown {
  if (payload.length > messageBytesMax) return undefined;
  try {
    return decode(payload, {
      maxStrLength: textLengthMax,
      maxBinLength: binLengthMax,
      maxArrayLength: 2 * entriesMax,
      maxMapLength: keysMax,
      maxExtLength: textLengthMax,
    });
  } catch {
    return undefined;
  }
}
