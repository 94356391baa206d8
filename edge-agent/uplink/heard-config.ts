/**
 * The store's settings as they came over MQTT (retained, and so perhaps from another version of the store): right as a
 * whole, or everything that is wrong with them. Half of them never come into force; what was stays.
 */
import type { ConfigReason } from '@kairos/protocol/config-fault.ts';
import { type SchemaFault, schemaFaults } from '@kairos/protocol/schema-fault.ts';
import { type DeviceConfig, deviceConfig } from '@kairos/protocol/topics.ts';

/** Faults that the log names; the counters have them all. */
const toldMax = 5;

export type HeardConfig =
  | { readonly kind: 'config'; readonly config: DeviceConfig }
  | { readonly kind: 'faulty'; readonly faults: readonly SchemaFault[] };

export function hearConfig(payload: Uint8Array): HeardConfig {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(payload).toString('utf8'));
  } catch {
    return { kind: 'faulty', faults: [{ reason: 'syntax', path: [], message: 'is no JSON' }] };
  }
  const parsed = deviceConfig.safeParse(value);
  if (parsed.success) return { kind: 'config', config: parsed.data };
  return { kind: 'faulty', faults: schemaFaults(deviceConfig, value, parsed.error) };
}

/** "floorPlan.zones.0.kind: give one of …": what and where, never a value. */
export function faultWords(faults: readonly SchemaFault[]): string[] {
  const words = faults.map(({ path, message }) => [path.join('.'), message].filter((part) => part !== '').join(': '));
  return words.length > toldMax ? [...words.slice(0, toldMax), `and ${words.length - toldMax} more`] : words;
}

/** "config.wrong-type": the name of its counter in the device's status. */
export function counterOf(reason: ConfigReason): string {
  return `config.${reason}`;
}
