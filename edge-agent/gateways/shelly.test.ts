import { describe, expect, it } from 'vitest';
import { shellySample as sample } from '../test/gateway-samples.ts';
import { gather, saying } from '../test/gather.ts';

const buttons = new Map([['b0ba00000001', { cart: 'cart-01', key: null }]]);
const event = (data: object) =>
  saying(sample, {
    src: 'shellyplus1-a8032abe54dc',
    method: 'NotifyEvent',
    params: { ts: 1, events: [{ component: 'script:1', event: 'shelly-blu', data }] },
  });

describe('Shelly’s notifications, by the envelope of formats.md', () => {
  it('carry a press of a BLU button', () => {
    const gathering = gather(sample, { buttons });
    expect(gathering.buttons).toEqual([
      {
        address: 'b0ba00000001',
        cart: 'cart-01',
        packet: 118,
        counter: null,
        events: ['press'],
        sourceTime: 1_693_405_013_520,
        clock: 'source-ms',
        receiver: 'shellyplus1-a8032abe54dc',
      },
    ]);
    expect(gathering.observations).toMatchObject([{ rssi: -76, battery: { percent: 100 } }]);
  });

  it('carry the buttons of a remote with several', () => {
    const remote = event({ address: 'b0:ba:00:00:00:01', pid: 3, button: [0, 0, 1, 0] });
    expect(gather(remote, { buttons }).buttons).toMatchObject([{ events: ['none', 'none', 'press', 'none'] }]);
  });

  it('do not speak for a button that has a key: what they decoded proves nothing', () => {
    const withKey = new Map([['b0ba00000001', { cart: 'cart-01', key: new Uint8Array(16) }]]);
    const gathering = gather(sample, { buttons: withKey });
    expect(gathering.buttons).toEqual([]);
    expect(gathering.refused).toEqual({ 'forged-button': 1 });
  });

  it('of other things are passed over', () => {
    const own = saying(sample, {
      src: 'x',
      method: 'NotifyEvent',
      params: { events: [{ component: 'input:0', event: 'single_push' }] },
    });
    expect(gather(own)).toMatchObject({ observations: [], buttons: [], refused: {} });
    expect(gather(saying(sample, { src: 'x', method: 'NotifyStatus', params: {} })).refused).toEqual({});
  });

  it('of a stranger’s sensor leave a count', () => {
    expect(gather(sample)).toMatchObject({ buttons: [], observations: [], tally: { foreign: 1 } });
  });

  it('that are none are refused', () => {
    expect(gather(saying(sample, '{"src":"x"}')).refused).toEqual({ 'not-this-format': 1 });
    expect(gather(event({ address: 'nowhere' })).refused).toEqual({ 'unreadable-entry': 1 });
  });
});
