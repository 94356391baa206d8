import { describe, expect, it } from 'vitest';
import { theengsSamples as samples } from '../test/gateway-samples.ts';
import { gather, saying } from '../test/gather.ts';

describe('OpenMQTTGateway and Theengs, by the literal samples of formats.md', () => {
  it('name themselves in the topic; a device by its address', () => {
    expect(gather(samples.serviceData, { tags: ['45e174126e00'] }).observations).toMatchObject([
      {
        format: 'openmqttgateway',
        receiver: 'OpenMQTTGateway',
        address: '45e174126e00',
        rssi: -89,
        powerAt1m: null,
        clock: 'none',
        distanceM: 21.51847,
      },
    ]);
  });

  const beacon = { kind: 'ibeacon', uuid: '1de4b189-115e-45f6-b44e-509352269977', major: 0, minor: 0 };

  it('decode an iBeacon', () => {
    expect(gather(samples.iBeacon, { tags: ['58782076bc24'] }).observations).toMatchObject([
      { id: beacon, rssi: -79, powerAt1m: -66 },
    ]);
  });

  it('of older versions call the power "power" and forget its sign', () => {
    const old = String(samples.iBeacon.payload).replace('"txpower":-66', '"power":190');
    expect(gather(saying(samples.iBeacon, old), { tags: ['58782076bc24'] }).observations).toMatchObject([
      { powerAt1m: -66 },
    ]);
  });

  it('may name a beacon by its UUID, with the address beside it', () => {
    expect(gather(samples.beaconUuid, { tags: ['6087574c9bc2'] }).observations).toMatchObject([
      { address: '6087574c9bc2', id: beacon, rssi: -78 },
    ]);
  });

  it('do not take the power at the antenna for one at a metre', () => {
    expect(gather(samples.undecoded, { tags: ['54945e9f64c4'] }).observations).toMatchObject([
      { receiver: 'OpenMQTTGateway', rssi: -74, powerAt1m: null },
    ]);
  });

  it('leave an iBeacon undecoded, and ours is known by its raw data', () => {
    const manufacturerdata = '4c000215B5B182C7EAB14988AA99B5C1517008D90001E6F0C5';
    const raw = saying(samples.undecoded, { id: '54:94:5E:9F:64:C4', manufacturerdata, rssi: -74, txpower: 12 });
    expect(gather(raw, { beaconUuids: ['b5b182c7-eab1-4988-aa99-b5c1517008d9'] }).observations).toMatchObject([
      { id: { kind: 'ibeacon', major: 1, minor: 59120 }, powerAt1m: -59 },
    ]);
  });

  it('may name a device by half an address: nobody’s', () => {
    expect(gather(samples.theengs, { tags: ['58782076bc24'] }).tally).toMatchObject({ foreign: 1 });
  });

  it('publish presence with a strength, which is used, or without, which is not', () => {
    expect(gather(samples.presence, { tags: ['59d6880247b8'] }).observations).toMatchObject([
      { receiver: 'OpenMQTTGateway', rssi: -56, distanceM: 0.593417 },
    ]);
    expect(gather(samples.presence).tally).toMatchObject({ foreign: 1 });
    expect(gather(samples.room).tally).toMatchObject({ foreign: 1 });
    const distanceOnly = saying(samples.room, { id: '59:D6:88:02:47:B8', distance: 5.678 });
    expect(gather(distanceOnly, { tags: ['59d6880247b8'] }).refused).toEqual({ 'no-rssi': 1 });
  });

  it('say how they are, which is no radio', () => {
    const topic = 'home/OpenMQTTGateway/LWT';
    expect(gather({ format: 'openmqttgateway', topic, payload: 'online' }).refused).toEqual({});
  });
});

describe('a Shelly BLU button through OpenMQTTGateway', () => {
  const buttons = new Map([['b0ba00000001', { cart: 'cart-01', key: null }]]);

  it('is read from its service data', () => {
    const gathering = gather(samples.button, { buttons });
    expect(gathering.buttons).toMatchObject([
      { address: 'b0ba00000001', cart: 'cart-01', packet: 42, events: ['press'], receiver: 'OpenMQTTGateway' },
    ]);
    expect(gathering.observations).toMatchObject([{ battery: { percent: 100 } }]);
  });

  it('is read as the gateway decoded it', () => {
    const decoded = { id: 'B0:BA:00:00:00:01', rssi: -61, model_id: 'SBBT-002C', packet: 7, batt: 90, button: 4 };
    expect(gather(saying(samples.button, decoded), { buttons }).buttons).toMatchObject([
      { packet: 7, events: ['long'] },
    ]);
  });

  it('of somebody else is nobody’s business', () => {
    expect(gather(samples.button)).toMatchObject({ buttons: [], observations: [], tally: { foreign: 1 } });
  });
});
