/**
 * What the broker hears, judged: facts go to intake, readings to whoever turns radio into zones, a device's status to
 * whoever shows it. What is wrong gets its reason code and counter, and stops nothing.
 */

import { formatOfMessage } from '@kairos/edge-agent/gateways/formats.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { type DeviceStatus, deviceStatus, type Readings, readings } from '@kairos/protocol/topics.ts';
import type { BrokerListener, BrokerRefusal } from '../broker/broker.ts';
import type { StoreConfig } from '../config.ts';
import { issueText } from './batch.ts';
import type { Intake } from './intake.ts';

export interface DeviceMessagesOptions {
  readonly intake: Pick<Intake, 'receive' | 'reject'>;
  readonly config: Pick<StoreConfig, 'carts' | 'devices'>;
  readonly floorPlan: FloorPlan;
  /** Only readings between this store's carts and anchors, of carts that the device may speak for. */
  readonly onReadings: (device: string, heard: Readings['readings']) => void;
  readonly onStatus: (device: string, status: DeviceStatus) => void;
  /** One receipt, as it came. */
  readonly onSale: (device: string, payload: Uint8Array) => void;
  readonly onGateway: BrokerListener['gateway'];
}

export function createDeviceMessages(options: DeviceMessagesOptions): BrokerListener {
  const { intake, config, floorPlan, onReadings, onStatus, onSale, onGateway } = options;
  const carts = new Set(config.carts.map((cart) => cart.id));
  const anchors = new Set(floorPlan.anchors.map((anchor) => anchor.address));
  return {
    facts: (device, payload) => intake.receive(device, 'mqtt', payload),
    status: (device, payload) => {
      const opened = open(payload, deviceStatus);
      if (opened.kind === 'value') onStatus(device, opened.value);
      else
        intake.reject({ by: 'mqtt', device, reason: opened.reason, detail: `status: ${opened.detail}`, raw: payload });
    },
    readings: (device, payload) => {
      const opened = open(payload, readings);
      if (opened.kind !== 'value') {
        // No sample: it may hold the address of somebody's telephone.
        const reason = opened.reason === 'not-json' ? 'not-json' : 'unreadable-reading';
        intake.reject({ by: 'mqtt', device, reason, detail: `readings: ${opened.detail}`, raw: '' });
        return;
      }
      const may = config.devices.get(device)?.may;
      const wrong = new Map<'unknown-cart' | 'not-yours' | 'foreign-radio', number>();
      const heard = opened.value.readings.filter(({ cart, anchor }) => {
        const reason = !carts.has(cart)
          ? 'unknown-cart'
          : !may?.has(cart)
            ? 'not-yours'
            : anchors.has(anchor)
              ? null
              : 'foreign-radio';
        if (reason !== null) wrong.set(reason, (wrong.get(reason) ?? 0) + 1);
        return reason === null;
      });
      for (const [reason, count] of wrong) {
        intake.reject({
          by: 'mqtt',
          device,
          reason,
          detail: `${count} of ${opened.value.readings.length} readings`,
          raw: '',
        });
      }
      if (heard.length > 0) onReadings(device, heard);
    },
    sales: onSale,
    gateway: onGateway,
    refused: (refusal) => intake.reject({ by: 'mqtt', ...withoutForeignRadio(refusal) }),
  };
}

/**
 * A gateway that is not configured yet publishes what it hears of everybody: neither the topic nor the payload of it
 * is kept (DESIGN section 7), but what to configure is said.
 */
function withoutForeignRadio({ device, reason, detail, raw, topic }: BrokerRefusal) {
  const payload = raw instanceof Uint8Array ? raw : null;
  const format = topic === null || payload === null ? null : formatOfMessage({ topic, payload });
  if (format === null) return { device, reason, detail, raw };
  const root = topic?.split('/')[0];
  const advice = `published what looks like ${format} under "${root}/"; if it is yours, add its topic to the gateways`;
  return { device, reason, detail: advice, raw: '' };
}

type Opened<Value> =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'refused'; readonly reason: 'not-json' | 'body-shape'; readonly detail: string };

interface Schema<Value> {
  safeParse(
    value: unknown,
  ):
    | { success: true; data: Value }
    | { success: false; error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } };
}

function open<Value>(payload: Uint8Array, schema: Schema<Value>): Opened<Value> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(payload).toString('utf8'));
  } catch {
    return { kind: 'refused', reason: 'not-json', detail: 'no JSON' };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { kind: 'value', value: parsed.data };
  return { kind: 'refused', reason: 'body-shape', detail: issueText(parsed.error.issues) };
}
