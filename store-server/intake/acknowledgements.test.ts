import type { Ack } from '@kairos/protocol/device-facts.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { describe, expect, it } from 'vitest';
import { Acknowledgements, type Promised } from './acknowledgements.ts';

function desk() {
  const ports = simulatedPorts({ startMs: 1_000_000, seed: 1 });
  const asked: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const sent: { to: string; ack: Ack }[] = [];
  const acknowledgements = new Acknowledgements({
    journal: { committed: () => new Promise<void>((resolve, reject) => asked.push({ resolve, reject })) },
    ...ports,
    sendAck: (device, by, ack) => sent.push({ to: `${by} ${device}`, ack }),
    onSent: () => {},
  });
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  const promise = (upTo: number, more: Partial<Promised> = {}): void =>
    acknowledgements.promise({
      device: 'cart-07',
      by: 'mqtt',
      epoch: 'epoch-1',
      upTo,
      rejected: [],
      receivedAt: 0,
      ...more,
    });
  return { ports, asked, sent, acknowledgements, settle, promise };
}

describe('acknowledgements', () => {
  it('are sent after the commit, not sooner', async () => {
    const { asked, sent, settle, promise } = desk();
    promise(3);
    await settle();
    expect(sent).toEqual([]);
    asked.shift()?.resolve();
    await settle();
    expect(sent).toEqual([
      { to: 'mqtt cart-07', ack: { epoch: 'epoch-1', upTo: 3, rejected: [], storeTime: 1_000_000 } },
    ]);
  });

  it('are gathered: one to each device in a tenth of a second, with the highest number and every refusal', async () => {
    const { ports, asked, sent, settle, promise } = desk();
    const refusal = { sequence: 5, reason: 'check-digit' as const };
    for (const upTo of [3, 4, 5]) {
      promise(upTo, { rejected: upTo === 5 ? [refusal] : [] });
      await settle();
      asked.shift()?.resolve();
      await settle();
      ports.advance(10);
    }
    expect(sent.map(({ ack }) => ack.upTo)).toEqual([3]);
    ports.advance(100);
    expect(sent.map(({ ack }) => [ack.upTo, ack.rejected])).toEqual([
      [3, []],
      [5, [refusal]],
    ]);
  });

  it('are sent for each epoch, and to each device the way it came', async () => {
    const { asked, sent, settle, promise } = desk();
    promise(1);
    promise(2, { epoch: 'epoch-0' });
    promise(9, { device: 'cart-08', by: 'screen' });
    await settle();
    for (const { resolve } of asked.splice(0)) resolve();
    await settle();
    for (const { resolve } of asked.splice(0)) resolve();
    await settle();
    const heard = sent.map(({ to, ack }) => `${to} ${ack.epoch} ${ack.upTo}`);
    expect(heard).toContain('mqtt cart-07 epoch-1 1');
    expect(heard).toContain('screen cart-08 epoch-1 9');
  });

  it('are not sent while the disk refuses; they follow when it does not', async () => {
    const { ports, asked, sent, settle, promise } = desk();
    promise(3);
    for (let time = 0; time < 5; time += 1) {
      asked.shift()?.reject(new Error('SQLITE_FULL'));
      await settle();
      promise(4 + time);
      ports.advance(250);
      await settle();
    }
    expect(sent).toEqual([]);
    asked.shift()?.resolve();
    await settle();
    ports.advance(100);
    expect(sent.at(-1)?.ack.upTo).toBe(8);
  });

  it('hold at most as many refusals as a batch has facts', async () => {
    const { asked, sent, settle, promise } = desk();
    promise(450, {
      rejected: Array.from({ length: 450 }, (_, index) => ({ sequence: index + 1, reason: 'too-large' as const })),
    });
    asked.shift()?.resolve();
    await settle();
    expect(sent.map(({ ack }) => ack.rejected.length)).toEqual([200, 200, 50]);
  });
});
