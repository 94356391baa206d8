import { hostileTexts } from '@kairos/protocol/test/hostile-text.ts';
import { expect, it } from 'vitest';
import { readPageAddress } from './page-address.ts';

it('is a cart, or a screen in a zone', () => {
  expect(readPageAddress('?cart=cart-13&watch=1&scheme=dark')).toEqual({
    kind: 'cart',
    name: 'cart-13',
    isWatching: true,
    token: null,
    scheme: 'dark',
  });
  expect(readPageAddress('?screen=screen-1&token=abc')).toMatchObject({
    kind: 'screen',
    name: 'screen-1',
    token: 'abc',
  });
});

it(`takes none of ${hostileTexts.length} hostile texts for a name or a scheme, and keeps nothing else of them`, () => {
  for (const text of hostileTexts) {
    const said = encodeURIComponent(text.toWellFormed());
    // "constructor" is a name like any other.
    const name = /^[a-z0-9][a-z0-9-]{0,39}$/.test(text) ? 'cart' : 'unreadable';
    expect(readPageAddress(`?cart=${said}`).kind, text).toBe(name);
    expect(readPageAddress(`?screen=${said}`).kind, text).toBe(name === 'cart' ? 'screen' : name);
    const address = readPageAddress(`?cart=cart-13&scheme=${said}&watch=${said}&${said}=1`);
    expect(address, text).toEqual({ kind: 'cart', name: 'cart-13', isWatching: false, token: null, scheme: null });
  }
});
