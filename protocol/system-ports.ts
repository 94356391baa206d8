/**
 * The real ports: the one file that may read the machine's clock, set its timers and roll its dice. Works in Node and
 * in a browser.
 */
import type { Ports } from './ports.ts';

/** Node and browsers keep delays in 32 bits; a longer one fires at once (reliability.md, finding 7). */
const delayMaxMs = 2 ** 31 - 1;
const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';

function after(delayMs: number, run: () => void): () => void {
  let handle: ReturnType<typeof setTimeout>;
  const arm = (leftMs: number): void => {
    const stepMs = Math.min(Math.max(0, leftMs), delayMaxMs);
    handle = setTimeout(() => (leftMs > stepMs ? arm(leftMs - stepMs) : run()), stepMs);
  };
  arm(delayMs);
  return () => clearTimeout(handle);
}

function id(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join('');
}

export const systemPorts: Ports = Object.freeze({
  clock: { now: () => Date.now(), monotonic: () => performance.now() },
  timers: { after },
  random: { next: () => Math.random(), id },
});
