/** What needs a person, in words: what has happened, and what to do about it. */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { ManagerNeed } from '@kairos/protocol/manager-events.ts';
import { cartNumber } from './cart-words.ts';
import type { Blanks, Talk } from './languages.ts';
import { roleWords } from './role-words.ts';
import { spanWords } from './span-words.ts';

export interface NeedWords {
  readonly says: string;
  readonly advice: string;
}

const gigabyte = 1024 ** 3;

export function needWords(need: ManagerNeed, plan: Pick<FloorPlan, 'zones'>, talk: Talk): NeedWords {
  const { say } = talk;
  const zone = plan.zones.find(({ id }) => id === need.zone)?.name;
  const blanks = blanksOf(need, talk);
  const { what } = need;
  switch (what) {
    case 'journal':
    case 'broker':
    case 'clock':
    case 'headquarters':
    case 'certificate':
    case 'store':
      return { says: say(`need.${what}`), advice: say('need.store-do') };
    case 'help':
    case 'help-nobody': {
      const who = need.cart === null ? say('needs.somebody') : say('cart.name', { cart: cartNumber(need.cart) });
      const says = zone === undefined ? say('need.help', { who }) : say('need.help-at', { who, zone });
      return { says, advice: say(`need.${what}-do`) };
    }
    case 'task':
    case 'approval': {
      const { role } = need.about;
      const isAt = what === 'task' && zone !== undefined;
      const forWhom = role === undefined ? '' : `${say('need.role', { role: roleWords(String(role), say) })} `;
      return {
        says: isAt ? say('need.task-at', { zone }) : say(`need.${what}`),
        advice: forWhom + say(`need.${what}-do`),
      };
    }
    case 'screen-dark':
    case 'screen-lost':
    case 'screen-frozen':
    case 'screen-stale':
      return { says: say(`need.${what}`, { screen: screenName(need, zone, talk) }), advice: say(`need.${what}-do`) };
    case 'screens-dark':
    case 'screens-lost':
    case 'screens-frozen':
    case 'screens-stale': {
      const one = what.replace('screens', 'screen') as 'screen-dark' | 'screen-lost' | 'screen-frozen' | 'screen-stale';
      return {
        says: say(`need.${what}`, blanks),
        advice: `${say('need.screens-named', blanks)} ${say(`need.${one}-do`)}`,
      };
    }
    default:
      return { says: say(`need.${what}`, blanks), advice: say(`need.${what}-do`) };
  }
}

/** As they are written in the language. */
function blanksOf({ about }: ManagerNeed, talk: Talk): Blanks {
  const { percent, timeMs, bytes, ...rest } = about;
  const filled: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) filled[name] = value;
  if (typeof percent === 'number') filled.percent = talk.number(percent / 100, { style: 'percent' });
  if (typeof timeMs === 'number') filled.time = spanWords(timeMs, talk);
  if (typeof bytes === 'number')
    filled.space = talk.number(bytes / gigabyte, { style: 'unit', unit: 'gigabyte', maximumFractionDigits: 1 });
  return filled;
}

function screenName({ cart, about }: ManagerNeed, zone: string | undefined, { say }: Talk): string {
  if (cart !== null) return say('need.screen-of-cart', { cart: cartNumber(cart) });
  const screen = String(about.device ?? '');
  return zone === undefined ? screen : say('need.screen-at', { screen, zone });
}
