import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Coupon } from '@kairos/protocol/coupon.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TillPrinter } from './till-printer.ts';

let folder: string;
let server: Server;
let printed: Buffer[];
/** What the printer answers to the question for paper; null: it has no line back. */
let status: number | null;
let port: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-printer-'));
  printed = [];
  status = 0x12;
  server = createServer((socket) => {
    const parts: Buffer[] = [];
    socket.on('data', (bytes) => {
      if (bytes.equals(Buffer.from([0x10, 4, 4]))) {
        if (status !== null) socket.write(Buffer.from([status]));
      } else parts.push(bytes);
    });
    socket.on('end', () => parts.length > 0 && printed.push(Buffer.concat(parts)));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as { port: number }).port;
});
afterEach(async () => {
  await new Promise<void>((resolve) => server.close(() => resolve()));
  rmSync(folder, { recursive: true, force: true });
});

const coupon = (message: string, more: Partial<Coupon> = {}): Coupon => ({
  message,
  till: 'till-1',
  store: 'Riverside',
  headline: 'Your first shoes with us',
  body: '',
  locale: 'en',
  currency: 'EUR',
  timeZone: 'Europe/Berlin',
  reward: { reward: 'w-12345678', name: 'care', value: 150, unit: 'percent' },
  validForMs: 60_000,
  ...more,
});

function openPrinter() {
  const shown: string[] = [];
  const counts: string[] = [];
  const warnings: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  let awaited = 0;
  const printer = new TillPrinter({
    printer: { kind: 'network', host: '127.0.0.1', port },
    display: null,
    file: join(folder, 'printed.json'),
    ports: systemPorts,
    onPrinted: ({ message }) => shown.push(message),
    count: (name) => {
      counts.push(name);
      if (counts.length >= awaited) resolve();
    },
    warn: (detail) => warnings.push(detail),
  });
  const after = (outcomes: number): Promise<void> => {
    awaited = outcomes;
    return counts.length >= outcomes ? Promise.resolve() : promise;
  };
  return { printer, shown, counts, warnings, after };
}

describe('a till’s printer', () => {
  it('prints a coupon with its worth and a code, and says that it was shown', async () => {
    const { printer, shown, after } = openPrinter();
    printer.take(coupon('message-1'));
    await after(1);
    expect(shown).toEqual(['message-1']);
    const paper = printed[0]?.toString('latin1') ?? '';
    for (const words of ['Riverside', '15%', 'Your first shoes', 'KAIROS:w-12345678']) expect(paper).toContain(words);
  });

  it('prints each once, whatever comes twice, over a restart too', async () => {
    const first = openPrinter();
    first.printer.take(coupon('message-1'));
    first.printer.take(coupon('message-1'));
    await first.after(2);
    const second = openPrinter();
    second.printer.take(coupon('message-1'));
    await second.after(1);
    expect([...first.counts, ...second.counts].sort()).toEqual(['print.again', 'print.again', 'print.printed']);
    expect(printed).toHaveLength(1);
  });

  it('says why it could not, and that nothing was shown: no paper, nobody there', async () => {
    const { printer, shown, counts, warnings, after } = openPrinter();
    status = 0x72;
    printer.take(coupon('message-1'));
    await after(1);
    expect(warnings[0]).toMatch(/no paper/);
    await new Promise<void>((resolve) => server.close(() => resolve()));
    const other = openPrinter();
    other.printer.take(coupon('message-2'));
    await other.after(1);
    expect(other.warnings[0]).toMatch(/ECONNREFUSED/);
    expect([...shown, ...other.shown]).toEqual([]);
    expect(counts).toEqual(['print.failed']);
    expect(printed).toEqual([]);
  });

  it('prints where there is no line back, and not what came too late', async () => {
    status = null;
    const { printer, shown, counts, after } = openPrinter();
    printer.take(coupon('message-1'));
    printer.take(coupon('message-2', { validForMs: 0 }));
    await after(2);
    expect(shown).toEqual(['message-1']);
    expect(counts).toContain('print.too-late');
  });
});
