import { deviceTopic, deviceTopics } from '@kairos/protocol/topics.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAccess, type Peer } from './access.ts';

const device = (id: string, token: string | null = null) => [id, { id, may: new Set([id]), token }] as const;
const access = createAccess({
  devices: new Map([device('cart-1'), device('cart-10', 'secret-of-ten'), device('till-1')]),
  gateways: [
    { topic: 'kairos/gateways/a/ingics', format: 'ingics' },
    { topic: 'plant/floor', format: 'ingics', username: 'gateway-b', token: 'secret-of-b' },
  ],
});
const cart: Peer = { kind: 'device', id: 'cart-1' };
const gateway: Peer = { kind: 'gateway', id: 'gateway-b' };
const anonymous: Peer = { kind: 'anonymous' };

describe('who may come in', () => {
  it.each([
    ['a device by its name', 'cart-1', 'cart-1', undefined, 'device'],
    ['a device with an epoch behind its client id', 'cart-1-k3f9aa', 'cart-1', undefined, 'device'],
    ['a device with its token', 'cart-10', 'cart-10', 'secret-of-ten', 'device'],
    ['a gateway with its token', 'anything', 'gateway-b', 'secret-of-b', 'gateway'],
    ['a gateway without a name', 'E7DAE08E6FC3', undefined, undefined, 'anonymous'],
  ])('%s', (_, clientId, username, password, kind) => {
    const admission = access.admit({
      clientId,
      username,
      password: password === undefined ? undefined : Buffer.from(password),
    });
    expect(admission).toMatchObject({ kind: 'admitted', peer: { kind } });
  });

  it.each([
    ['a name that is not of this store', 'cart-99', 'cart-99', undefined, 'unknown-device'],
    ['another’s client id', 'cart-10', 'cart-1', undefined, 'client-id'],
    ['no token', 'cart-10', 'cart-10', undefined, 'wrong-token'],
    ['a part of the token', 'cart-10', 'cart-10', 'secret', 'wrong-token'],
    ['another token of that length', 'cart-10', 'cart-10', 'secret-of-two', 'wrong-token'],
    ['a gateway’s name and a wrong token', 'x', 'gateway-b', 'secret-of-a', 'wrong-token'],
  ])('not %s', (_, clientId, username, password, why) => {
    const admission = access.admit({
      clientId,
      username,
      password: password === undefined ? undefined : Buffer.from(password),
    });
    expect(admission).toEqual({ kind: 'refused', why });
  });

  it('not somebody without a name where every gateway has one', () => {
    const strict = createAccess({ devices: new Map(), gateways: [{ topic: 'a', format: 'ingics', username: 'b' }] });
    expect(strict.admit({ clientId: 'x', username: undefined, password: undefined }).kind).toBe('refused');
  });
});

describe('who may say and hear what', () => {
  it('a device: its own facts, readings and status; its own acknowledgements and configuration', () => {
    const say = Object.keys(deviceTopics).filter(
      (topic) => access.mayPublish(cart, deviceTopic('cart-1', topic as 'facts')).kind === 'device',
    );
    expect(say).toEqual(['facts', 'readings', 'status', 'sales']);
    const hear = Object.keys(deviceTopics).filter((topic) =>
      access.mayHear(cart, deviceTopic('cart-1', topic as 'facts')),
    );
    expect(hear).toEqual(['acks', 'config', 'coupons', 'answers']);
  });

  it('a gateway: its topic, and nothing to hear', () => {
    expect(access.mayPublish(gateway, 'plant/floor')).toMatchObject({ kind: 'gateway', gateway: { format: 'ingics' } });
    expect(access.mayPublish(anonymous, 'kairos/gateways/a/ingics')).toMatchObject({ kind: 'gateway' });
    expect(access.mayPublish(anonymous, 'plant/floor')).toEqual({ kind: 'refused', reason: 'not-yours' });
    expect(access.mayPublish(cart, 'plant/floor')).toEqual({ kind: 'refused', reason: 'not-yours' });
    expect(access.mayHear(gateway, 'plant/floor')).toBe(false);
  });

  it('a gateway that says in its topic whom it heard: whatever its filter hears, an exact topic first', () => {
    const many = createAccess({
      devices: new Map([device('cart-1')]),
      gateways: [
        { topic: 'espresense/devices/#', format: 'espresense' },
        { topic: 'espresense/devices/x/office', format: 'minew' },
        { topic: '+/devices/+/facts', format: 'shelly' },
      ],
    });
    const formatOn = (topic: string) => {
      const permission = many.mayPublish(anonymous, topic);
      return permission.kind === 'gateway' ? permission.gateway.format : permission.kind;
    };
    expect(formatOn('espresense/devices/y/office')).toBe('espresense');
    expect(formatOn('espresense/devices/x/office')).toBe('minew');
    expect(formatOn('espresense/rooms/office')).toBe('refused');
    // No filter opens a device's topic.
    expect(formatOn('kairos/devices/cart-1/facts')).toBe('refused');
  });

  it('nobody anything else: not another’s topics, no wildcards, no $SYS, no topic that is made up', () => {
    const part = fc.constantFrom(
      'kairos',
      'devices',
      'gateways',
      'cart-1',
      'cart-10',
      '+',
      '#',
      '',
      '$SYS',
      'facts',
      'acks',
      'status',
      'config',
      'readings',
      'ingics',
      'a',
      'plant',
      'floor',
    );
    const topics = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/'));
    const peers = fc.constantFrom(cart, gateway, anonymous);
    fc.assert(
      fc.property(topics, peers, (topic, peer) => {
        const maySay = ['facts', 'readings', 'status'].some((leaf) => topic === `kairos/devices/cart-1/${leaf}`);
        const mayHear = ['acks', 'config'].some((leaf) => topic === `kairos/devices/cart-1/${leaf}`);
        const isGateway = topic === 'kairos/gateways/a/ingics' || (topic === 'plant/floor' && peer === gateway);
        expect(access.mayPublish(peer, topic).kind !== 'refused').toBe((maySay && peer === cart) || isGateway);
        expect(access.mayHear(peer, topic)).toBe(mayHear && peer === cart);
      }),
      { numRuns: 5_000 },
    );
  });
});
