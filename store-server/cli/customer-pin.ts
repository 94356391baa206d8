/**
 * `npm run -s store -- customer-pin < PINS`: for each line of digits on standard input, the hash that goes into the
 * column `pin` of the list of customers, in the same order. PINs are read from there and from nowhere else, so that none
 * stands in a shell's history or in the list of processes.
 */
import { createInterface } from 'node:readline';
import { Command } from 'commander';
import { PinHasher } from '../staff/pin-hash.ts';

export function customerPinCommand(): Command {
  return new Command('customer-pin')
    .description('hashes PINs for the list of customers: one a line on standard input, one hash a line back')
    .action(async () => {
      process.exitCode = await hashLines(process.stdin, {
        out: (line) => process.stdout.write(`${line}\n`),
        err: (line) => process.stderr.write(`${line}\n`),
      });
    });
}

/** 1 where a line was no PIN: it is said which, and never what it holds; nothing after it is hashed. */
export async function hashLines(
  input: NodeJS.ReadableStream,
  { out, err }: { readonly out: (line: string) => void; readonly err: (line: string) => void },
): Promise<0 | 1> {
  const hasher = new PinHasher();
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    const pin = line.trim();
    if (pin === '') continue;
    const fault = pinFault(pin);
    if (fault !== null) {
      err(`line ${number}: ${fault}`);
      return 1;
    }
    out(await hasher.hash(pin));
  }
  return 0;
}

function pinFault(pin: string): string | null {
  if (!/^\d{4,8}$/.test(pin)) return 'a PIN has four to eight digits; six are better than four';
  const steps = new Set([...pin].slice(1).map((digit, index) => (Number(digit) - Number(pin[index]) + 10) % 10));
  const isTriedFirst = steps.size === 1 && [0, 1, 9].some((step) => steps.has(step));
  return isTriedFirst ? 'that is one of the PINs that everybody tries first; let her choose another' : null;
}
