import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { SerialPortMock } from 'serialport';
import { afterEach, describe, expect, it } from 'vitest';
import { openSerialLine, type PortHandle, retryLastMs, type SerialLineOptions } from './serial-line.ts';

const path = '/dev/kairos-mock';
const binding = SerialPortMock.binding;
afterEach(() => binding.reset());

/** Lets the mock's promises run; simulated time stands still meanwhile. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function start(more: Partial<SerialLineOptions> = {}) {
  const ports = simulatedPorts({ startMs: 0, seed: 1 });
  const bytes: string[] = [];
  const world = { identity: null as string | null, opened: 0, lost: 0, hangs: 0, port: null as SerialPortMock | null };
  const line = openSerialLine({
    path,
    baudRate: 115_200,
    ports,
    onBytes: (some) => bytes.push(some.toString('latin1')),
    onLost: () => {
      world.lost += 1;
    },
    onHang: () => {
      world.hangs += 1;
    },
    identify: async () => world.identity,
    createPort: (at, baudRate) => {
      world.opened += 1;
      world.port = new SerialPortMock({ path: at, baudRate, autoOpen: false });
      return world.port;
    },
    ...more,
  });
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 100) {
      ports.advance(100);
      await settle();
    }
  };
  const plugIn = (identity = 'first'): void => {
    binding.createPort(path, { echo: false, record: true, readyData: Buffer.alloc(0) });
    world.identity = identity;
  };
  const say = (text: string): void => world.port?.port?.emitData(Buffer.from(text));
  return { ports, line, world, bytes, pass, plugIn, say };
}

describe('a serial line', () => {
  it('waits for a device that is absent at the start, and then reads it', async () => {
    const { line, world, bytes, pass, plugIn, say } = start({ talk: { start: [Buffer.from('AT+SCAN1\r\n')] } });
    await pass(60_000);
    expect(line.state).toBe('absent');
    expect(line.detail).toContain(path);
    expect(world.opened).toBe(0);
    plugIn();
    await pass(retryLastMs);
    expect(line.state).toBe('open');
    expect(world.port?.port?.recording.toString()).toBe('AT+SCAN1\r\n');
    say('hello');
    await settle();
    expect(bytes.join('')).toBe('hello');
    await line.stop();
  });

  it('comes back after the device was unplugged without a word and plugged in again', async () => {
    const { line, world, bytes, pass, plugIn, say } = start();
    plugIn();
    await pass(retryLastMs);
    expect(line.state).toBe('open');
    world.identity = null;
    await pass(1_100);
    expect(line.state).toBe('absent');
    expect(world.lost).toBe(1);
    plugIn('second');
    await pass(retryLastMs);
    expect(line.state).toBe('open');
    say('again');
    await settle();
    expect(bytes.join('')).toBe('again');
    await line.stop();
  });

  it('notices that another device stands under the same name', async () => {
    const { line, world, pass, plugIn } = start();
    plugIn('first');
    await pass(retryLastMs);
    world.identity = 'second';
    await pass(retryLastMs + 1_100);
    expect(world.opened).toBe(2);
    expect(line.state).toBe('open');
    await line.stop();
  });

  it('opens a device anew that ought to speak and does not, and calls it quiet until it speaks', async () => {
    const { line, world, pass, plugIn, say } = start({ quietMs: 10_000 });
    plugIn();
    await pass(retryLastMs);
    expect(line.state).toBe('open');
    await pass(11_000);
    expect(line.state).toBe('quiet');
    await pass(retryLastMs);
    expect(world.opened).toBe(2);
    expect(line.state).toBe('quiet');
    say('x');
    await settle();
    expect(line.state).toBe('open');
    await line.stop();
  });

  it('lets a device be silent where silence means nothing', async () => {
    const { line, world, pass, plugIn } = start();
    plugIn();
    await pass(120_000);
    expect(world.opened).toBe(1);
    expect(line.state).toBe('open');
    await line.stop();
  });

  it('tries again between half a second and five, less often with time, not all at one beat', async () => {
    const tries: number[] = [];
    const ports = simulatedPorts({ startMs: 0, seed: 7 });
    const line = openSerialLine({
      path,
      baudRate: 9_600,
      ports,
      onBytes: () => undefined,
      identify: async () => {
        tries.push(ports.clock.monotonic());
        return null;
      },
    });
    for (let turn = 0; turn < 600; turn += 1) {
      ports.advance(100);
      await Promise.resolve();
    }
    const gaps = tries.slice(1).map((at, index) => at - (tries[index] as number));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(500);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(retryLastMs);
    expect(new Set(gaps.slice(3)).size).toBeGreaterThan(3);
    await line.stop();
  });

  it('reports a port that hangs in opening', async () => {
    const stuck: PortHandle = {
      isOpen: false,
      open: () => undefined,
      close: () => undefined,
      write: () => true,
      on: () => undefined,
    };
    const { line, world, pass } = start({ createPort: () => stuck, identify: async () => 'there' });
    await pass(6_000);
    expect(world.hangs).toBe(1);
    expect(line.state).toBe('failed');
    await line.stop();
  });

  it('says its commands one by one, and then asks again and again', async () => {
    const talk = {
      start: [Buffer.from('AT'), Buffer.from('AT+ROLE1')],
      ask: { command: Buffer.from('?'), everyMs: 1_000 },
    };
    const { line, world, pass, plugIn } = start({ talk });
    plugIn();
    const said = (): string => world.port?.port?.recording.toString() ?? '';
    while (said() === '') await pass(100);
    await pass(100);
    expect('ATAT+ROLE1').toContain(said());
    await pass(400);
    expect(said()).toBe('ATAT+ROLE1?');
    await pass(3_000);
    expect(said()).toMatch(/^ATAT\+ROLE1\?{3,4}$/);
    line.askNow();
    await pass(900);
    expect(said()).toMatch(/^ATAT\+ROLE1\?{4,5}$/);
    await line.stop();
  });

  it('leaves no timer behind when it is stopped', async () => {
    const { line, ports, pass, plugIn } = start({ quietMs: 10_000 });
    plugIn();
    await pass(retryLastMs);
    await line.stop();
    expect(ports.pending).toBe(0);
  });
});
