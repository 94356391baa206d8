/** A tracker's event as the fact that a device or a gateway reports. */
import type { DeviceFactBody } from '@kairos/protocol/device-facts.ts';
import type { ZoneEvent } from './tracker.ts';

export type ZoneFact =
  | { readonly type: 'zone.entered'; readonly body: DeviceFactBody<'zone.entered'> }
  | { readonly type: 'zone.left'; readonly body: DeviceFactBody<'zone.left'> };

export function toZoneFact({ kind, cart, zone, confidence }: ZoneEvent): ZoneFact {
  const body = { cart, zone, confidence };
  return kind === 'entered' ? { type: 'zone.entered', body } : { type: 'zone.left', body };
}
