/** Whether the store can be reached, lets this device in, and says the same time: one connection of the doctor's own. */
import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import type { Ports } from '@kairos/protocol/ports.ts';
import { deviceTopic } from '@kairos/protocol/topics.ts';
import { connect } from 'mqtt';
import type { AgentConfig } from '../config.ts';
import { readOwnSecret } from '../uplink/own-secret.ts';
import { doubtful, type Finding, well, wrong } from './finding.ts';

const answerMaxMs = 6_000;
/** Beyond this the times of a log and of a journal are hard to read together; no fact suffers. */
const clockStepMs = 5_000;

type Reached =
  | { readonly kind: 'config'; readonly storeTime: number; readonly roundTripMs: number; readonly at: number }
  | { readonly kind: 'no-config' }
  | { readonly kind: 'refused'; readonly returnCode: number }
  | { readonly kind: 'unreachable'; readonly reason: string };

export async function checkBroker(config: AgentConfig, ports: Ports): Promise<Finding[]> {
  const { hostname } = new URL(config.store.url);
  const bare = hostname.replace(/^\[|\]$/g, '');
  const resolved = await lookup(bare).catch(() => null);
  if (resolved === null) {
    return [
      wrong(
        'name',
        `"${bare}" is the name of no machine that this one knows`,
        'mend "store.url", or give the address of the store instead of its name',
      ),
    ];
  }
  const name = well('name', resolved.address === bare ? bare : `${bare} is ${resolved.address}`);
  return [name, ...judge(await reach(config, ports), config)];
}

function reach(config: AgentConfig, ports: Ports): Promise<Reached> {
  const { device, store, state } = config;
  const token = store.token ?? readOwnSecret(state, device);
  return new Promise((resolve) => {
    const client = connect(store.url, {
      protocolVersion: 4,
      // Beside the agent's own connection, which must not be ended by this one.
      clientId: `${device}-doctor`,
      username: device,
      ...(token === null ? {} : { password: token }),
      ...(store.caFile === null ? {} : { ca: readFileSync(store.caFile, 'utf8') }),
      clean: true,
      connectTimeout: answerMaxMs,
      reconnectPeriod: 0,
    });
    let isLetIn = false;
    let askedAt = 0;
    const end = (reached: Reached): void => {
      cancel();
      client.end(true);
      resolve(reached);
    };
    const cancel = ports.timers.after(answerMaxMs, () =>
      end(isLetIn ? { kind: 'no-config' } : { kind: 'unreachable', reason: 'no answer' }),
    );
    client.once('connect', () => {
      isLetIn = true;
      askedAt = ports.clock.monotonic();
      client.subscribe(deviceTopic(device, 'config'), { qos: 1 });
    });
    client.on('message', (_, payload) => {
      const storeTime = storeTimeOf(payload);
      if (storeTime === null) return end({ kind: 'no-config' });
      const roundTripMs = ports.clock.monotonic() - askedAt;
      end({ kind: 'config', storeTime, roundTripMs, at: ports.clock.now() });
    });
    client.on('error', (error) => {
      const returnCode = 'code' in error && typeof error.code === 'number' ? error.code : null;
      end(returnCode === null ? { kind: 'unreachable', reason: error.message } : { kind: 'refused', returnCode });
    });
    client.once('close', () => end({ kind: 'unreachable', reason: 'the connection was ended without a word' }));
  });
}

function judge(reached: Reached, { device, store }: AgentConfig): Finding[] {
  if (reached.kind === 'unreachable') {
    const todo =
      'see that the store runs, that this device is in its network, and that "store.url" is right; facts wait meanwhile';
    return [wrong('broker', `${store.url} cannot be reached: ${reached.reason}`, todo)];
  }
  if (reached.kind === 'refused') {
    const todo =
      'make a code at the store (npm run store -- claim DEVICE) and claim this device with it (npm run edge -- claim CODE)';
    return [
      well('broker', `${store.url} answers`),
      wrong('credentials', `the store does not let "${device}" in (CONNACK ${reached.returnCode})`, todo),
    ];
  }
  const inside = [well('broker', `${store.url} answers`), well('credentials', `the store knows "${device}"`)];
  if (reached.kind === 'no-config') {
    const todo = 'see that the store runs behind its broker, and that its configuration names this device';
    return [...inside, wrong('settings', 'the store sends no settings', todo)];
  }
  const { storeTime, roundTripMs, at } = reached;
  const aheadMs = at - roundTripMs / 2 - storeTime;
  // A broker of somebody else's keeps the settings as of when the store connected.
  const unless = aheadMs > clockStepMs ? ', unless a broker of your own has kept its settings for so long' : '';
  const words = `${Math.abs(aheadMs / 1_000).toFixed(1)} s ${aheadMs < 0 ? 'behind' : 'ahead of'} the store${unless}`;
  const clock =
    Math.abs(aheadMs) <= clockStepMs
      ? well('clock', words)
      : doubtful(
          'clock',
          words,
          'facts keep their age all the same; let this machine take its time from the network (NTP)',
        );
  return [...inside, well('settings', 'the store sends the floor plan and its settings'), clock];
}

function storeTimeOf(payload: Uint8Array): number | null {
  try {
    const { storeTime } = JSON.parse(Buffer.from(payload).toString('utf8')) as { storeTime?: unknown };
    return typeof storeTime === 'number' ? storeTime : null;
  } catch {
    return null;
  }
}
