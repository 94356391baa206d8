import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { isPinHash } from '../catalogue/customer-pins.ts';
import { PinHasher } from '../staff/pin-hash.ts';
import { hashLines } from './customer-pin.ts';

async function run(text: string): Promise<{ code: number; out: string[]; err: string[] }> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await hashLines(Readable.from([text]), { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out, err };
}

it('hashes one PIN a line, in order, as the list of customers takes it', async () => {
  const { code, out } = await run('2469\n\n13572468\r\n');
  expect(code).toBe(0);
  expect(out.every(isPinHash)).toBe(true);
  const hasher = new PinHasher();
  const same = await Promise.all(['2469', '13572468'].map((pin, at) => hasher.isPin(pin, out[at] as string)));
  expect(same).toEqual([true, true]);
});

it.each(['123', '123456789', 'abcd', '1234', '0000', '9876'])(
  'refuses %s, says which line, and repeats nothing',
  async (pin) => {
    const { code, out, err } = await run(`${pin}\n2469\n`);
    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(err).toHaveLength(1);
    expect(err[0]).toMatch(/^line 1: /);
    expect(err[0]).not.toContain(pin);
  },
);
