import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfigFault, faultText } from '@kairos/protocol/config-fault.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LoadedConfig, loadConfig, type StoreConfig } from './config.ts';

const plan = `name: Test
width: 10
height: 10
zones:
  - { id: suits, name: Suits, polygon: [[0, 0], [10, 0], [10, 10]] }
tills:
  - { id: till-1, zone: suits, at: [1, 1] }
screens:
  - { id: screen-1, zone: suits, at: [2, 1] }
`;

const good = `store: { id: demo, title: Demo store, timeZone: Europe/Berlin, currency: EUR }
floorPlan: floor-plan.yaml
goods: goods.csv
dialogues: dialogues
loyalty: { prefixes: ['29'] }
chainKey: sixteen-characters-and-more
carts:
  - { id: cart-01, tag: c0ffee000001, token: cart-token }
  - { id: cart-02 }
devices:
  - { id: gateway-1, may: all-carts }
  - { id: back-office, may: [till-1] }
gateways:
  - { topic: kairos/gateways/a/ingics, format: ingics }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-config-'));
  mkdirSync(join(folder, 'dialogues'));
  writeFileSync(join(folder, 'floor-plan.yaml'), plan);
  writeFileSync(join(folder, 'goods.csv'), 'code,name,department,price\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function load(text: string, environment: Record<string, string> = {}): LoadedConfig {
  const file = join(folder, 'store.yaml');
  writeFileSync(file, text);
  return loadConfig({ file, environment });
}

function configOf(text: string, environment?: Record<string, string>): StoreConfig {
  const loaded = load(text, environment);
  if (loaded.kind === 'faulty') throw new Error(loaded.faults.map(faultText).join('\n'));
  return loaded.config;
}

function faultsOf(text: string, environment?: Record<string, string>): readonly ConfigFault[] {
  const loaded = load(text, environment);
  return loaded.kind === 'faulty' ? loaded.faults : [];
}

describe('a good configuration', () => {
  it('is one frozen value with absolute paths and every default', () => {
    const config = configOf(good);
    expect(config).toMatchObject({
      file: join(folder, 'store.yaml'),
      data: join(folder, 'data'),
      goods: join(folder, 'goods.csv'),
      customers: null,
      dialogues: join(folder, 'dialogues'),
      listen: { host: '127.0.0.1', http: 8470, mqtt: 1883, mqttPath: '/mqtt' },
      broker: null,
      visit: { quietMinutes: 45 },
      journal: { groupMs: 10, snapshotEveryFacts: 20_000 },
      test: { ackBeforeCommit: false, slowCommitMs: 0 },
    });
    expect(config.floorPlan.zones[0]).toMatchObject({ id: 'suits', kind: 'aisle' });
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.carts[0])).toBe(true);
  });

  it('takes carts, tills and screens for devices of their own name, and adds those that are listed', () => {
    const { devices } = configOf(good);
    expect([...devices.values()].map(({ id, may, token }) => [id, [...may].join(' '), token])).toEqual([
      ['cart-01', 'cart-01', 'cart-token'],
      ['cart-02', 'cart-02', null],
      ['till-1', 'till-1', null],
      ['screen-1', 'screen-1', null],
      ['gateway-1', 'cart-01 cart-02', null],
      ['back-office', 'till-1', null],
    ]);
  });

  it('gives a listed device that is a cart more to speak for, and its token', () => {
    const { devices } = configOf(
      `${good}  - { topic: t, format: ingics }\n`.replace(
        '- { id: back-office, may: [till-1] }',
        '- { id: cart-02, may: [till-1], token: more-than-8 }',
      ),
    );
    expect(devices.get('cart-02')).toEqual({
      id: 'cart-02',
      may: new Set(['cart-02', 'till-1']),
      token: 'more-than-8',
    });
  });

  it('lets the environment win over the file, as text where text is meant', () => {
    const config = configOf(good, {
      KAIROS_LISTEN_HTTP: '0',
      KAIROS_LISTEN_MQTT_PATH: '/broker',
      KAIROS_VISIT_QUIET_MINUTES: '5',
      KAIROS_CHAIN_KEY: '1234567890123456',
      KAIROS_HQ_URL: 'http://127.0.0.1:8480',
      KAIROS_HQ_TOKEN: '1234567890123456789',
      KAIROS_TEST_ACK_BEFORE_COMMIT: 'true',
      KAIROS_RECORDINGS: 'for the tests, not for us',
    });
    expect(config.listen).toMatchObject({ http: 0, mqttPath: '/broker' });
    expect(config.visit.quietMinutes).toBe(5);
    expect(config.chainKey).toBe('1234567890123456');
    expect(config.hq).toMatchObject({ url: 'http://127.0.0.1:8480', token: '1234567890123456789' });
    expect(config.test.ackBeforeCommit).toBe(true);
  });

  it('reads the chain key from a file', () => {
    writeFileSync(join(folder, 'chain.key'), 'from-a-file-0123456789\n');
    expect(configOf(good.replace('sixteen-characters-and-more', '{ file: chain.key }')).chainKey).toBe(
      'from-a-file-0123456789',
    );
  });
});

describe('a faulty configuration', () => {
  it('lists every fault at once, with its line, its key, its value and what to do', () => {
    const faults = faultsOf(
      `store: { id: Demo!, title: Demo, timeZone: Europe/Berlino, currency: euro }
listen:
  htpp: 8080
  mqtt: eighty
floorPlan: floor-plan.yaml
goods: nothing.csv
dialogs: dialogues
chainKey: too short
carts:
  - { id: cart-01, tag: c0ffee000001 }
  - { id: cart-01 }
  - { id: cart-03, tag: c0ffee000001 }
  - { name: cart-04 }
devices:
  - { id: gateway-1, may: [cart-1] }
gateways:
  - { topic: 'kairos/gateways/#/x', format: ingics }
  - { topic: kairos/devices/x/readings, format: ingic }
  - { topic: a/b, format: ingics, token: without-a-name }
journal: { groupMs: 50 }
`,
      { KAIROS_LISTEN_HTPP: '1', KAIROS_LIMITS_CLIENTS: 'many' },
    );
    expect(faults.map((fault) => faultText(fault).replaceAll(`${folder}/`, ''))).toEqual([
      'store.yaml:1:10  store.id: "Demo!": lower-case letters, digits and hyphens, at most 40',
      'store.yaml:1:34  store.timeZone: "Europe/Berlino": is no time zone; give an IANA name such as Europe/Berlin',
      'store.yaml:1:60  store.currency: "euro": give an ISO 4217 code such as EUR',
      'store.yaml:1:1  dialogues: is missing: give a path, relative to this file',
      'store.yaml:3:3  listen.htpp: there is no such key; did you mean "http"?',
      'store.yaml:4:3  listen.mqtt: "eighty": give a port number; 0 takes any free one',
      'store.yaml:6:1  goods: "nothing.csv": there is no file nothing.csv',
      'store.yaml:7:1  dialogs: there is no such key; did you mean "dialogues"?',
      'store.yaml:8:1  chainKey: (hidden): give at least 16 characters that only the chain knows, or {file: …} with them in it',
      'store.yaml:11:7  carts.1.id: "cart-01": there is a cart of this name already; give each its own',
      'store.yaml:12:20  carts.2.tag: "c0ffee000001": another cart wears this tag',
      'store.yaml:13:5  carts.3.id: is missing: give a text',
      'store.yaml:13:7  carts.3.name: there is no such key; known here: id, tag, token, button, buttonKey',
      'store.yaml:15:28  devices.0.may.0: "cart-1": is no cart, till or screen of this store; did you mean "cart-01"?',
      'store.yaml:17:7  gateways.0.topic: "kairos/gateways/#/x": give a topic, or a filter such as espresense/devices/#',
      'store.yaml:18:41  gateways.1.format: "ingic": give one of: espresense, openmqttgateway, theengs, minew, moko, april-brother, ingics, ruuvi, shelly; did you mean "ingics"?',
      'store.yaml:19:35  gateways.2.token: (hidden): needs a username beside it: nobody else is asked for a token',
      'store.yaml:20:12  journal.groupMs: 50: give a whole number of milliseconds, 0 to 10',
      'KAIROS_LIMITS_CLIENTS  limits.clients: "many": give a whole number of connections, 1 to 100000',
      'KAIROS_LISTEN_HTPP  sets nothing; did you mean KAIROS_LISTEN_HTTP?',
    ]);
  });

  it('takes the format of a gateway from its topic, where that gives it away', () => {
    const gateways = ['espresense/devices/#', 'kairos/gateways/b/minew', 'ruuvi/+/+'].map(
      (topic) => `  - { topic: '${topic}' }\n`,
    );
    expect(configOf(good + gateways.join('')).gateways.map(({ format }) => format)).toEqual([
      'ingics',
      'espresense',
      'minew',
      'ruuvi',
    ]);
  });

  it('tells what is wrong between gateways, carts and buttons', () => {
    const carts = `carts:
  - { id: cart-01, button: b0ba00000001, buttonKey: 231d39c1d7cc1ab1aee224cd096db932 }
  - { id: cart-02, button: b0ba00000001, buttonKey: tooshort }
  - { id: cart-03, buttonKey: 231d39c1d7cc1ab1aee224cd096db932 }
gateways:
  - { topic: plant/hall }
  - { topic: '#', format: minew }
  - { topic: kairos/devices/+/facts, format: minew }
  - { topic: kairos/gateways/x/minew, cart: cart-9 }
`;
    const text = good.slice(0, good.indexOf('carts:')) + carts;
    expect(faultsOf(text).map((fault) => faultText(fault).replaceAll(`${folder}/`, ''))).toEqual([
      'store.yaml:9:42  carts.1.buttonKey: (hidden): give the 32 hexadecimal digits that its app shows',
      'store.yaml:10:20  carts.2.buttonKey: (hidden): needs the address of the button beside it',
      'store.yaml:12:5  gateways.0: the topic does not give away whose it is; add a format: espresense, openmqttgateway, theengs, minew, moko, april-brother, ingics, ruuvi, shelly',
      'store.yaml:13:7  gateways.1.topic: "#": hears everything; begin with a word that only this gateway uses',
      'store.yaml:14:7  gateways.2.topic: "kairos/devices/+/facts": is a topic of devices; choose another',
      'store.yaml:15:39  gateways.3.cart: "cart-9": is no cart of this store; did you mean "cart-01"?',
    ]);
    const twice = text.replace(', buttonKey: tooshort', '');
    expect(faultsOf(twice).map(({ path }) => path)).toContain('carts.1.button');
  });

  it('never repeats a secret', () => {
    const faults = faultsOf(
      `${good.replace('sixteen-characters-and-more', 'topsecret')}broker: { url: nowhere, password: 1234567 }\n`,
    );
    expect(faults.map(({ path }) => path).sort()).toEqual(['broker.password', 'broker.url', 'chainKey']);
    expect(faults.map(faultText).join()).not.toMatch(/topsecret|1234567/);
  });

  it('tells of a floor plan’s faults with the lines of the floor plan', () => {
    writeFileSync(
      join(folder, 'floor-plan.yaml'),
      plan.replace('zone: suits, at: [2', 'zone: shirts, at: [2').replace('width: 10', 'widht: 10'),
    );
    const faults = faultsOf(good).map((fault) => faultText(fault).replaceAll(`${folder}/`, ''));
    expect(faults).toContain('floor-plan.yaml:2:1  widht: there is no such key; did you mean "width"?');
    writeFileSync(join(folder, 'floor-plan.yaml'), plan.replace('zone: suits, at: [2', 'zone: shirts, at: [2'));
    expect(faultsOf(good).map((fault) => faultText(fault).replaceAll(`${folder}/`, ''))).toEqual([
      'floor-plan.yaml:9:21  screens.0.zone: "shirts": there is no zone "shirts" on this plan; did you mean "suits"?',
    ]);
  });

  it('tells of YAML that cannot be read, and of keys that stand twice, by line', () => {
    expect(faultsOf('store: { id: demo\ncarts: [').map(({ line }) => line)).toContain(2);
    const [twice] = faultsOf(`${good}visit: { quietMinutes: 5 }\nvisit: { quietMinutes: 6 }\n`);
    expect(twice).toMatchObject({ line: 16, reason: 'key-twice', message: 'this key stands twice; keep one of them' });
    expect(faultsOf('just a sentence')[0]?.message).toMatch(/begin with a key and a colon/);
  });

  it('says so where there is no file', () => {
    const loaded = loadConfig({ file: join(folder, 'missing.yaml'), environment: {} });
    expect(loaded.kind === 'faulty' && loaded.faults[0]?.message).toMatch(/name the store's configuration file/);
  });
});
