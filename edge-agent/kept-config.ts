/**
 * The store's settings (floor plan, loyalty scheme) as last heard, kept so that a cart which starts out of reach of
 * the Wi-Fi can still read cards and goods. A file that cannot be read is as good as none: the store sends it again.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type DeviceConfig, deviceConfig } from '@kairos/protocol/topics.ts';

export function readKeptConfig(file: string): DeviceConfig | null {
  try {
    const parsed = deviceConfig.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** In one step: a power cut leaves the old file or the new one. */
export function keepConfig(file: string, config: DeviceConfig): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(config), { flush: true, mode: 0o600 });
  renameSync(`${file}.new`, file);
}
