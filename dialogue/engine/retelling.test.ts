/** What an associate may be told of what was said before: in her own language, and nothing that is not for staff. */
import { expect, test } from 'vitest';
import { answer, dialogue, onFact, release, say, surface } from '../test/samples.ts';
import { ShopFloor } from '../test/shop-floor.ts';

const talk = dialogue('talk', {
  enter: [onFact('help.requested')],
  steps: {
    offer: say({
      on: [
        surface('cart', { text: (scope, locale) => `${locale}: ${String(scope.entry.item)}?` }),
        surface('email', { sensitivity: 'own' }),
        surface('handheld', { sensitivity: 'sensitive' }),
      ],
      answers: [answer('yes', 'end', { label: (_, locale) => `yes in ${locale}` })],
    }),
  },
});

function floorWith(consent: Record<string, boolean> = {}): ShopFloor {
  const floor = new ShopFloor({ release: release([talk]), people: { 1: { consent } } });
  floor.open(1);
  return floor;
}
const said = { dialogue: 'talk', step: 'offer', release: 1, entry: { item: 'The stroller' } } as const;

test('the words of then, with what her run kept, in the reader’s language; and what could be pressed', () => {
  const { engine } = floorWith();
  expect(engine.retell(1, { ...said, channel: 'cart' }, 'de')).toEqual({
    headline: 'de: The stroller?',
    answers: { yes: 'yes in de' },
  });
});

test('what was hers alone is not for staff, and what is sensitive only with her opt-in', () => {
  expect(floorWith().engine.retell(1, { ...said, channel: 'email' }, 'en')).toBeNull();
  expect(floorWith().engine.retell(1, { ...said, channel: 'handheld' }, 'en')).toBeNull();
  expect(floorWith({ sensitive: true }).engine.retell(1, { ...said, channel: 'handheld' }, 'en')).not.toBeNull();
});

test('what no dialogue says any more, and whom nobody knows, is passed over', () => {
  const { engine } = floorWith();
  expect(engine.retell(1, { ...said, dialogue: 'gone', channel: 'cart' }, 'en')).toBeNull();
  expect(engine.retell(1, { ...said, step: 'gone', channel: 'cart' }, 'en')).toBeNull();
  expect(engine.retell(1, { ...said, channel: 'screen' }, 'en')).toBeNull();
  expect(engine.retell(9, { ...said, channel: 'cart' }, 'en')).toBeNull();
});
