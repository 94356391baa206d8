/** Printer and display on serial lines: whole jobs through a pseudo-terminal, and what is said where nobody is there. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sendBytes } from '../till/byte-output.ts';
import { encodeDisplay } from '../till/customer-display.ts';
import { encodeCoupon } from '../till/esc-pos.ts';
import { SerialCable } from './serial-cable.ts';

let folder: string;
let cable: SerialCable;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-serial-output-'));
  cable = new SerialCable(join(folder, 'printer'));
});
afterEach(async () => {
  await cable.pullOut();
  rmSync(folder, { recursive: true, force: true });
});

const way = () => ({ kind: 'serial', path: cable.path, baudRate: 19_200 }) as const;

it('sends every byte of a coupon and of the display, job after job', async () => {
  await cable.plugIn();
  const coupon = encodeCoupon([{ kind: 'qr', text: 'KAIROS:w-12345678' }]);
  const display = encodeDisplay('TOTAL          12.34', 'Thank you');
  const heard = cable.read(coupon.length + display.length);
  for (const bytes of [coupon, display]) {
    expect(await sendBytes(way(), { bytes, asksPaper: false }, systemPorts.timers)).toEqual({ kind: 'sent' });
  }
  expect(await heard).toEqual(Buffer.concat([coupon, display]));
});

it('says which device is not there, and works when it is', async () => {
  const job = { bytes: encodeDisplay('', ''), asksPaper: false };
  const sent = await sendBytes(way(), job, systemPorts.timers);
  expect(sent).toMatchObject({ kind: 'failed', detail: expect.stringContaining(cable.path) });
  await cable.plugIn();
  expect(await sendBytes(way(), job, systemPorts.timers)).toEqual({ kind: 'sent' });
});
