/** The channels in the order in which the page lists them; their schema, and zod with it, stays out of the page. */
import type { ManagerDecision } from '@kairos/protocol/manager-events.ts';

export const channels = [
  'cart',
  'screen',
  'handheld',
  'pos',
  'receipt',
  'email',
  'call',
  'mail',
  'web',
] as const satisfies readonly ManagerDecision['channel'][];
