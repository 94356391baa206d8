import { readFileSync } from 'node:fs';
import { faultText } from '@kairos/protocol/config-fault.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAgentConfig } from './config.ts';

const read = (text: string, env: Record<string, string> = {}) =>
  readAgentConfig(text, { file: '/etc/kairos/edge.yaml', env });
const faultsOf = (text: string): readonly string[] => {
  const result = read(text);
  return result.kind === 'faults' ? result.faults.map(faultText) : [];
};

const whole = `
device: cart-07
store: { url: mqtt://192.168.0.10:1883, token: secret-token }
readers:
  - { name: shelves, kind: absniffer, path: /dev/ttyUSB0 }
  - { name: scanner, kind: barcode, path: /dev/ttyACM0, idleMs: 60 }
`;

describe('a configuration', () => {
  it('needs little, and the rest has sensible values', () => {
    const result = read(whole);
    expect(result).toMatchObject({
      kind: 'config',
      config: {
        device: 'cart-07',
        cart: null,
        store: { url: 'mqtt://192.168.0.10:1883', token: 'secret-token', caFile: null },
        state: '/etc/kairos/state',
        readers: [
          { name: 'shelves', kind: 'absniffer', baudRate: 115_200, quietMs: 30_000 },
          { name: 'scanner', kind: 'barcode', baudRate: 9_600, idleMs: 60 },
        ],
        isolateReaders: true,
        zones: 'here',
        queue: { bytesMax: 256 * 1024 * 1024, ageMaxMs: 7 * 24 * 3_600_000 },
      },
    });
  });

  it('is what the example holds, with and without its comments', () => {
    const example = readFileSync(new URL('./edge.example.yaml', import.meta.url), 'utf8');
    expect(read(example)).toMatchObject({ kind: 'config', config: { device: 'cart-07', store: { token: null } } });
    const spelledOut = example.replace(
      /^(\s*)# (cart|quietSeconds|idleMs|isolateReaders|zones|beaconUuids|queue):/gm,
      '$1$2:',
    );
    expect(read(spelledOut)).toMatchObject({
      kind: 'config',
      config: { cart: 'cart-07', readers: [{}, { idleMs: 50 }] },
    });
  });

  it('takes the token from the environment before the file', () => {
    expect(read(whole, { KAIROS_DEVICE_TOKEN: 'from-env' })).toMatchObject({
      config: { store: { token: 'from-env' } },
    });
  });

  it('says everything that is wrong at once, each with its place and what to do', () => {
    const faults = faultsOf(`
device: Cart 07
store: { url: "192.168.0.10" }
colour: red
readers:
  - { name: shelves, kind: hm99, path: /dev/ttyUSB0 }
  - { name: scanner, kind: barcode }
  - { name: scanner2, kind: barcode, path: /dev/ttyACM1, baudRate: fast }
  - { name: scanner, kind: barcode, path: /dev/ttyACM2 }
queue: { megabytes: 0 }
`);
    expect(faults).toHaveLength(8);
    const all = faults.join('\n');
    expect(all).toContain('/etc/kairos/edge.yaml:2:9  device: lower-case letters');
    expect(all).toContain('edge.yaml:3:15  store.url: give the address of the store, such as mqtt://');
    expect(all).toContain('edge.yaml:4:9  colour: there is no such key; known here: device, cart');
    expect(all).toContain('readers.0.kind: give one of absniffer, hm10, bled112, moko-console, barcode');
    expect(all).toContain('readers.1.path: is missing: give the path of the device');
    expect(all).toContain('readers.2.baudRate: give a whole number of bits a second, 300 to 4000000');
    expect(all).toContain('readers.3.name: another reader has "scanner" already');
    expect(all).toContain('queue.megabytes: give a whole number of megabytes, 1 to 16384');
  });

  it('does not let two readers share a name or a device', () => {
    expect(
      faultsOf(`${whole}  - { name: scanner, kind: barcode, path: /dev/ttyUSB0 }\n`).map(
        (fault) => fault.split(' ')[2],
      ),
    ).toEqual(['readers.2.name:', 'readers.2.path:']);
  });

  it('is on a cart or at a till, not both', () => {
    expect(faultsOf(`${whole}cart: cart-07\ntill: till-1\n`)).toEqual([
      expect.stringContaining('on a cart or at a till'),
    ]);
  });

  it.each(['', 'null', '[]', '42', 'device: [', '\t- x: {', 'a: b: c'])('survives %j', (text) => {
    expect(read(text).kind).toBe('faults');
  });

  it('survives anything else', () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom(whole, 'readers:\n', '  - { name: x', '&a [*a, *a]', '*b', ': ', '\n', '{', '- '),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 5 }), (pieces) => {
        const result = read(pieces.join(''));
        return result.kind === 'config' || result.faults.length > 0;
      }),
      { numRuns: 3_000 },
    );
  });
});
