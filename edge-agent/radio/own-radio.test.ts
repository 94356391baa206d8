import { describe, expect, it } from 'vitest';
import { beaconAddress, createOwnRadio } from './own-radio.ts';

const uuid = '6b616972-6f73-0000-0000-000000000001';
const beacon = { kind: 'ibeacon', uuid, major: 1, minor: 0x00ce } as const;
const own = createOwnRadio({
  anchors: ['a4c1380000e1', '0000000200cf'],
  tags: new Map([
    ['c0ffee000001', 'cart-01'],
    ['0000000100ce', 'cart-02'],
  ]),
  buttons: new Map([['b0ba00000001', { cart: 'cart-01', key: null }]]),
  beaconUuids: [uuid.toUpperCase()],
});
const byAddress = (address: string) => ({ address, id: { kind: 'address' } as const });
const named = (alias: string) => ({ address: null, id: { kind: 'alias', alias } as const });

describe('the store’s own radio', () => {
  it('is its tags, buttons, anchors, beacons of its UUID, and tags that are named after a cart', () => {
    for (const address of ['c0ffee000001', 'b0ba00000001', 'a4c1380000e1'])
      expect(own.owns(byAddress(address))).toBe(true);
    expect(own.owns({ address: 'ffffffffffff', id: beacon })).toBe(true);
    expect(own.owns(named('cart-01'))).toBe(true);
  });

  it('is nothing else', () => {
    expect(own.owns(byAddress('ffffffffffff'))).toBe(false);
    expect(own.owns({ address: null, id: { ...beacon, uuid: uuid.replace('6b', '6c') } })).toBe(false);
    expect(own.owns(named('cart-03'))).toBe(false);
    expect(own.owns({ address: null, id: { kind: 'address' } })).toBe(false);
  });

  it('knows a cart by its tag’s address, by its beacon’s numbers, or by its name', () => {
    expect(own.cartOf(byAddress('c0ffee000001'))).toBe('cart-01');
    expect(own.cartOf({ address: 'ffffffffffff', id: beacon })).toBe('cart-02');
    expect(own.cartOf(named('cart-02'))).toBe('cart-02');
    expect(own.cartOf(byAddress('a4c1380000e1'))).toBeNull();
    expect(own.cartOf({ address: null, id: { ...beacon, minor: 1 } })).toBeNull();
  });

  it('knows an anchor by its address, or by its beacon’s numbers', () => {
    expect(own.anchorOf(byAddress('a4c1380000e1'))).toBe('a4c1380000e1');
    expect(own.anchorOf({ address: null, id: { ...beacon, major: 2, minor: 0xcf } })).toBe('0000000200cf');
    expect(own.anchorOf(byAddress('c0ffee000001'))).toBeNull();
    expect(beaconAddress({ kind: 'address' })).toBeNull();
  });

  it('knows which cart a button is fixed to', () => {
    expect(own.buttonOf('b0ba00000001')).toEqual({ cart: 'cart-01', key: null });
    expect(own.buttonOf('c0ffee000001')).toBeNull();
    expect(own.buttonOf(null)).toBeNull();
  });
});
