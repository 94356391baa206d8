/** How a screen is, in a manager's terms. */
import type { ManagerScreen } from '@kairos/protocol/manager-events.ts';

export const screenWords: Readonly<Record<ManagerScreen['state'], string>> = {
  connected: 'can be read',
  dark: 'is covered or off',
  lost: 'is out of touch',
  frozen: 'has frozen',
  stale: 'shows something old',
  unseen: 'has not come up yet',
};
