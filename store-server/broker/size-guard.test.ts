import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardSizes, PacketSizes } from './size-guard.ts';

/** Type byte, length in seven-bit bytes, so many bytes of anything. */
function packet(length: number): Buffer {
  const head = [0x30];
  let left = length;
  do {
    head.push((left % 128) | (left >= 128 ? 0x80 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return Buffer.concat([Buffer.from(head), Buffer.alloc(length, 0xff)]);
}

describe('the size guard', () => {
  it('lets packets pass up to the limit, and no larger one, however they are cut into chunks', () => {
    const limit = 1_000;
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: limit }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 40 }),
        fc.boolean(),
        (lengths, cuts, isLarge) => {
          const bytes = Buffer.concat([...lengths, ...(isLarge ? [limit + 1] : [])].map(packet));
          const sizes = new PacketSizes(limit);
          let at = 0;
          let passed = true;
          for (let cut = 0; at < bytes.length && passed; cut += 1) {
            const next = at + (cuts[cut % cuts.length] as number);
            passed = sizes.pass(bytes.subarray(at, next));
            at = next;
          }
          expect(passed).toBe(!isLarge);
        },
      ),
    );
  });

  it('does not pass a length of five bytes (MQTT 3.1.1, section 2.2.3)', () => {
    expect(new PacketSizes(10).pass(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x01]))).toBe(false);
  });

  it('ends the connection before the packet has come', () => {
    const connection = new PassThrough();
    let calls = 0;
    guardSizes(connection, 100, () => (calls += 1));
    connection.write(packet(100));
    expect((connection.read() as Buffer).length).toBe(102);
    connection.write(packet(101).subarray(0, 10));
    expect(connection.read()).toBeNull();
    expect(calls).toBe(1);
    expect(connection.destroyed).toBe(true);
  });
});
