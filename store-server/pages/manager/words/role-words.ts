/** What somebody of the store may do, by the four roles of its list; others are a dialogue's own, and called by their name. */
import type { Say } from './languages.ts';

const roles = ['associate', 'lead', 'manager', 'service'] as const;

export function roleWords(role: string, say: Say): string {
  const known = roles.find((one) => one === role);
  return known === undefined ? role : say(`role.${known}`);
}
