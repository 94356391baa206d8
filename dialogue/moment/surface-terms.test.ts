import { expect, test } from 'vitest';
import { say, surface, words } from '../test/samples.ts';
import { createShareTerms } from './surface-terms.ts';

test('messages that ask for the same share it, whatever they say; any other demand is another', () => {
  const share = createShareTerms();
  const terms = share(say({ on: [surface('cart', { text: words('Shoes') }), surface('screen')] }));
  expect(terms.map(({ channel }) => channel)).toEqual(['cart', 'screen']);
  expect(share(say({ on: [surface('cart', { text: words('Suits') }), surface('screen')] }))).toBe(terms);
  const others = [
    [surface('screen'), surface('cart')],
    [surface('cart', { zones: ['shoes'] }), surface('screen')],
    [surface('cart', { strength: 'strong' }), surface('screen')],
    [surface('cart', { sensitivity: 'own' }), surface('screen')],
    [surface('cart', { needs: 'lead' }), surface('screen')],
    [surface('cart', { moment: 'at-rest' }), surface('screen')],
    [surface('cart', { to: { role: 'lead', claimWithinMs: 1, else: 'end' } }), surface('screen')],
  ].map((on) => share(say({ on })));
  expect(new Set([terms, ...others]).size).toBe(others.length + 1);
});
