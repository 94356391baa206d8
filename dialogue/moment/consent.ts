/**
 * What she agreed to: off the store's floor a channel needs her yes; in the store her no is enough to be left alone.
 */
import type { Channel } from '@kairos/protocol/facts.ts';
import type { Person } from '../engine/engine.ts';

export function hasConsent(channel: Channel, person: Person | null): boolean {
  switch (channel) {
    case 'email':
    case 'call':
    case 'mail':
    case 'web':
      return person?.consent[channel] === true;
    default:
      return person?.consent.inStore !== false;
  }
}
