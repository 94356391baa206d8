import { hostileTexts } from '@kairos/protocol/test/hostile-text.ts';
import { expect, it } from 'vitest';
import { readPageAddress } from './page-address.ts';

it('is a cart, or a screen in a zone', () => {
  expect(readPageAddress('?cart=cart-13&watch=1&scheme=dark')).toEqual({
    kind: 'cart',
    name: 'cart-13',
    isWatching: true,
    token: null,
    agent: null,
    scheme: 'dark',
  });
  expect(readPageAddress('?screen=screen-1&token=abc')).toMatchObject({
    kind: 'screen',
    name: 'screen-1',
    token: 'abc',
  });
});

it('names the agent on the same cart whole, or is none: a number would go another way than was meant', () => {
  expect(readPageAddress('?cart=cart-13&agent=8471&agentToken=secret-of-both-ends')).toMatchObject({
    agent: { port: 8471, token: 'secret-of-both-ends' },
  });
  for (const half of ['agent=8471', 'agentToken=secret', 'agent=80&agentToken=secret', 'agent=x&agentToken=secret'])
    expect(readPageAddress(`?cart=cart-13&${half}`).kind, half).toBe('unreadable');
});

it(`takes none of ${hostileTexts.length} hostile texts for a name or a scheme, and keeps nothing else of them`, () => {
  for (const text of hostileTexts) {
    const said = encodeURIComponent(text.toWellFormed());
    // "constructor" is a name like any other.
    const name = /^[a-z0-9][a-z0-9-]{0,39}$/.test(text) ? 'cart' : 'unreadable';
    expect(readPageAddress(`?cart=${said}`).kind, text).toBe(name);
    expect(readPageAddress(`?screen=${said}`).kind, text).toBe(name === 'cart' ? 'screen' : name);
    const address = readPageAddress(`?cart=cart-13&scheme=${said}&watch=${said}&${said}=1`);
    const nothing = { isWatching: false, token: null, agent: null, scheme: null };
    expect(address, text).toEqual({ kind: 'cart', name: 'cart-13', ...nothing });
  }
});
