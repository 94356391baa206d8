/**
 * Plays recorded rows in their own time, or faster: to a broker as gateways would publish them, or to a serial line
 * as the reader on a cart would write them. Rows keep the order of the file; one that is dated before its neighbour
 * goes out at once, as it did from the receiver.
 */
import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { deviceTopic, type GatewayFormat, type Readings } from '@kairos/protocol/topics.ts';
import { connectAsync, type MqttClient } from 'mqtt';
import { createGatewayWriter } from './gateway-messages.ts';
import { absnifferLine } from './radio-lines.ts';
import type { RecordedRow } from './recording.ts';

/** Nobody waits longer than this for a broker that does not answer. */
const connectTimeoutMs = 10_000;

export interface Pace {
  /** 1 is real time. */
  readonly speed: number;
  /** Stops after so much of the recording. */
  readonly limitSeconds?: number;
  readonly signal?: AbortSignal;
}

export interface BrokerAccess {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
}

/** How many rows went out. */
export type RowsSent = number;

/** Each row as the message of the gateway that heard the tag; how many messages went out. */
export async function replayAsGateways(
  rows: readonly RecordedRow[],
  broker: BrokerAccess & { readonly format: GatewayFormat },
  pace: Pace,
): Promise<RowsSent> {
  const write = createGatewayWriter(broker.format);
  return overMqtt(broker, (client) =>
    play(rows, pace, async (row) => {
      const message = write(row);
      if (message !== null) await client.publishAsync(message.topic, Buffer.from(message.payload));
    }),
  );
}

/** Each row as a reading that a device passes on; readings that cannot be are not said in this form. */
export async function replayAsReadings(
  rows: readonly RecordedRow[],
  broker: BrokerAccess & { readonly cart: string },
  pace: Pace,
): Promise<RowsSent> {
  const possible = rows.filter(({ rssi }) => rssi >= -127 && rssi <= -1);
  return overMqtt(broker, (client) =>
    play(possible, pace, async ({ receiver, rssi }) => {
      const payload: Readings = { readings: [{ cart: broker.cart, anchor: receiver, rssi, ageMs: 0 }] };
      await client.publishAsync(deviceTopic(broker.cart, 'readings'), JSON.stringify(payload));
    }),
  );
}

/** Each row as a line of an ABSniffer that hears the receiver as a shelf beacon. */
export async function replayAsAbsniffer(rows: readonly RecordedRow[], path: string, pace: Pace): Promise<RowsSent> {
  const line = await open(path, 'r+');
  try {
    return await play(rows, pace, async (row) => {
      await line.write(absnifferLine(row));
    });
  } finally {
    await line.close();
  }
}

async function overMqtt(broker: BrokerAccess, run: (client: MqttClient) => Promise<RowsSent>): Promise<RowsSent> {
  const client = await connectAsync(broker.url, {
    protocolVersion: 4,
    clientId: `replay-${systemPorts.random.id()}`,
    reconnectPeriod: 0,
    connectTimeout: connectTimeoutMs,
    ...(broker.username === undefined ? {} : { username: broker.username }),
    ...(broker.password === undefined ? {} : { password: broker.password }),
  });
  // Without this, small messages wait for each other for 40 ms (performance.md).
  if ('setNoDelay' in client.stream) (client.stream as unknown as { setNoDelay(on: boolean): void }).setNoDelay(true);
  try {
    return await run(client);
  } finally {
    await client.endAsync();
  }
}

async function play(
  rows: readonly RecordedRow[],
  { speed, limitSeconds, signal }: Pace,
  send: (row: RecordedRow) => Promise<void>,
): Promise<RowsSent> {
  const first = rows[0]?.at ?? 0;
  const startedAt = performance.now();
  let sent = 0;
  for (const row of rows) {
    const intoRecordingMs = row.at - first;
    if (limitSeconds !== undefined && intoRecordingMs > limitSeconds * 1000) break;
    const waitMs = intoRecordingMs / speed - (performance.now() - startedAt);
    if (waitMs > 1) await delay(waitMs, undefined, { signal }).catch(() => undefined);
    if (signal?.aborted) break;
    await send(row);
    sent += 1;
  }
  return sent;
}
