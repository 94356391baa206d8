/** What each device last said of itself, and when: battery, version, what waits in its queue. */
import type { GatewayStatus } from '@kairos/edge-agent/gateways/gateway-counts.ts';
import type { DeviceStatus } from '@kairos/protocol/topics.ts';

/** An agent says how it is every quarter of a minute; four missed are silence. */
const silentAfterMs = 60_000;

export interface DeviceHeard {
  readonly status: DeviceStatus;
  /** Store time. */
  readonly at: number;
}

export class DeviceBook {
  readonly #heard = new Map<string, DeviceHeard>();

  heard(device: string, status: DeviceStatus, at: number): void {
    this.#heard.set(device, { status, at });
  }

  get all(): ReadonlyMap<string, DeviceHeard> {
    return this.#heard;
  }
}

/** One row of the page's list. */
export interface DeviceRow {
  readonly id: string;
  readonly state: 'online' | 'silent' | 'offline' | 'unheard';
  readonly version: string | null;
  readonly batteryPercent: number | null;
  readonly queueDepth: number | null;
  readonly queueOldestMs: number | null;
  /** Given up by its own policy; null where it has not said. */
  readonly dropped: number | null;
  readonly lastHeard: number | null;
  readonly readersFailed: readonly string[];
}

export interface KnownDevices {
  /** Configured by name. */
  readonly configured: readonly string[];
  /** Connected to the broker, as far as it knows. */
  readonly connected: ReadonlySet<string>;
  readonly now: number;
}

/** Every device that is configured by name, and those that spoke. */
export function deviceRows(book: DeviceBook, { configured, connected, now }: KnownDevices): DeviceRow[] {
  const ids = [...new Set([...configured, ...book.all.keys()])].sort();
  return ids.map((id) => rowOf(id, book.all.get(id), connected.has(id) ? 0 : now));
}

/** `now`: 0 where its line is open, and it is not silent however long it has said nothing of itself. */
function rowOf(id: string, heard: DeviceHeard | undefined, now: number): DeviceRow {
  const { status, at } = heard ?? {};
  return {
    id,
    state: !status || at === undefined ? 'unheard' : stateOf(status, now - at),
    version: status?.version ?? null,
    batteryPercent: status?.batteryPercent ?? null,
    queueDepth: status?.queue?.depth ?? null,
    queueOldestMs: status?.queue?.oldestAgeMs ?? null,
    dropped: status?.queue?.dropped ?? null,
    lastHeard: at ?? null,
    readersFailed: (status?.readers ?? []).flatMap(({ name, state }) =>
      state === 'failed' || state === 'absent' ? [name] : [],
    ),
  };
}

function stateOf({ state }: DeviceStatus, ageMs: number): DeviceRow['state'] {
  if (state === 'offline') return 'offline';
  return ageMs > silentAfterMs ? 'silent' : 'online';
}

export interface GatewayRow {
  readonly topic: string;
  readonly format: string;
  readonly messages: number;
  readonly refused: number;
  readonly lastMessageAgeMs: number;
  readonly unknownReceivers: readonly string[];
}

export function gatewayRows(gateways: readonly GatewayStatus[]): GatewayRow[] {
  return gateways.map(({ topic, format, messages, refused, lastMessageAgeMs, unknownReceivers }) => ({
    topic,
    format,
    messages,
    refused: Object.values(refused).reduce((sum, count) => sum + count, 0),
    lastMessageAgeMs: Math.round(lastMessageAgeMs),
    unknownReceivers,
  }));
}
