/**
 * Ends a connection that announces an MQTT packet larger than the store takes, before any of it is gathered in memory:
 * the parser of our broker knows no limit but MQTT's own 256 MB.
 */
import type { Duplex } from 'node:stream';

/** The bytes of a packet's length, seven bits each (MQTT 3.1.1, section 2.2.3). */
const lengthBytesMax = 4;

/** Follows the packets of one connection through its chunks, without keeping them. */
export class PacketSizes {
  readonly #max: number;
  /** Bytes of the current packet that are still to come. */
  #skip = 0;
  #lengthBytes = 0;
  #length = 0;
  #isInLength = false;

  constructor(bytesMax: number) {
    this.#max = bytesMax;
  }

  /** False as soon as a packet is too large, or its length is malformed. */
  pass(chunk: Uint8Array): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, chunk.length - at);
        this.#skip -= step;
        at += step;
      } else if (!this.#isInLength) {
        this.#isInLength = true;
        this.#lengthBytes = 0;
        this.#length = 0;
        at += 1;
      } else {
        const byte = chunk[at] as number;
        at += 1;
        this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes;
        this.#lengthBytes += 1;
        if (this.#length > this.#max) return false;
        if ((byte & 0x80) === 0) {
          this.#skip = this.#length;
          this.#isInLength = false;
        } else if (this.#lengthBytes >= lengthBytesMax) return false;
      }
    }
    return true;
  }
}

/** Looks at what is read from `connection`; calls `onTooLarge` and ends it where a packet is. */
export function guardSizes(connection: Duplex, bytesMax: number, onTooLarge: () => void): void {
  const sizes = new PacketSizes(bytesMax);
  const read = connection.read.bind(connection);
  connection.read = (size?: number): unknown => {
    const chunk: unknown = read(size);
    if (!(chunk instanceof Uint8Array) || sizes.pass(chunk)) return chunk;
    onTooLarge();
    connection.destroy();
    return null;
  };
}
