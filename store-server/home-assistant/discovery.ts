/**
 * What a store looks like in Home Assistant: a retained discovery message for each entity (home-assistant.io,
 * "MQTT Discovery": <prefix>/<component>/<node_id>/<object_id>/config). Shoppers in each zone as a number, each zone as
 * occupied or not, the health of the store and of its receivers. Numbers and names of places only: no cart, no
 * customer, no radio address of a tag is ever named here.
 */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';

/** Each receiver is an entity; beyond this many only their number is told. */
export const receiversMax = 200;

export interface StoreIdentity {
  readonly id: string;
  readonly title: string;
  readonly version: string;
}

export interface DiscoveryMessage {
  readonly topic: string;
  readonly payload: DiscoveryPayload;
}

/** Of the documented fields those that are used here. */
export interface DiscoveryPayload {
  readonly name: string;
  readonly unique_id: string;
  readonly state_topic: string;
  readonly value_template: string;
  readonly device_class?: 'occupancy' | 'problem' | 'connectivity';
  readonly payload_on?: string;
  readonly payload_off?: string;
  readonly state_class?: 'measurement';
  readonly unit_of_measurement?: string;
  readonly entity_category?: 'diagnostic';
  readonly icon?: string;
  readonly availability_topic: string;
  readonly payload_available: 'online';
  readonly payload_not_available: 'offline';
  readonly device: {
    readonly identifiers: readonly string[];
    readonly name: string;
    readonly manufacturer: string;
    readonly model: string;
    readonly sw_version: string;
  };
  readonly origin: { readonly name: string; readonly sw_version: string };
}

/** kairos/stores/STORE/…: apart from the topics of devices, also where both are on one broker. */
export function stateTopic(store: string, leaf: 'zones' | 'health' | 'receivers' | 'availability'): string {
  return `kairos/stores/${store}/${leaf}`;
}

/** What Home Assistant calls the node: all of a store's discovery stands under it. */
export function nodeId(store: string): string {
  return `kairos_${store}`;
}

/** Figures of the store's health, each a sensor: field of the state → name, unit, icon. */
const healthFigures = {
  devicesOnline: { name: 'Devices online', unit: 'devices', icon: 'mdi:lan-connect' },
  devicesOffline: { name: 'Devices offline', unit: 'devices', icon: 'mdi:lan-disconnect' },
  readersFailing: { name: 'Readers failing', unit: 'readers', icon: 'mdi:serial-port' },
  factsWaiting: { name: 'Facts waiting at devices', unit: 'facts', icon: 'mdi:tray-full' },
  receiversSilent: { name: 'Receivers silent', unit: 'receivers', icon: 'mdi:access-point-off' },
  batteriesLow: { name: 'Batteries low', unit: 'batteries', icon: 'mdi:battery-alert' },
  screensConnected: { name: 'Screens connected', unit: 'screens', icon: 'mdi:tablet-dashboard' },
} as const;
export type HealthFigures = Readonly<Record<keyof typeof healthFigures, number>>;

export function discoveryOf(options: {
  readonly store: StoreIdentity;
  readonly plan: FloorPlan;
  /** Where Home Assistant listens; its default is "homeassistant". */
  readonly prefix: string;
}): DiscoveryMessage[] {
  const { store, plan, prefix } = options;
  const node = nodeId(store.id);
  const common = {
    availability_topic: stateTopic(store.id, 'availability'),
    payload_available: 'online',
    payload_not_available: 'offline',
    device: {
      identifiers: [node],
      name: store.title,
      manufacturer: 'Kairos',
      model: 'Store server',
      sw_version: store.version,
    },
    origin: { name: 'Kairos', sw_version: store.version },
  } as const;
  type Own = Omit<DiscoveryPayload, keyof typeof common | 'unique_id'>;
  const entity = (component: 'sensor' | 'binary_sensor', object: string, own: Own): DiscoveryMessage => ({
    topic: `${prefix}/${component}/${node}/${object}/config`,
    payload: { unique_id: `${node}_${object}`, ...own, ...common },
  });
  return [
    ...plan.zones.flatMap(({ id, name }) => [
      entity('sensor', `zone-${id}-shoppers`, {
        name: `${name} shoppers`,
        state_topic: stateTopic(store.id, 'zones'),
        value_template: `{{ value_json['${id}'] }}`,
        state_class: 'measurement',
        unit_of_measurement: 'shoppers',
        icon: 'mdi:cart',
      }),
      entity('binary_sensor', `zone-${id}-occupied`, {
        name: `${name} occupied`,
        state_topic: stateTopic(store.id, 'zones'),
        value_template: `{{ 'ON' if value_json['${id}'] > 0 else 'OFF' }}`,
        device_class: 'occupancy',
      }),
    ]),
    entity('binary_sensor', 'problem', {
      name: 'Problem',
      state_topic: stateTopic(store.id, 'health'),
      value_template: `{{ 'ON' if value_json.complaints > 0 else 'OFF' }}`,
      device_class: 'problem',
      entity_category: 'diagnostic',
    }),
    ...Object.entries(healthFigures).map(([field, { name, unit, icon }]) =>
      entity(
        'sensor',
        field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
        {
          name,
          state_topic: stateTopic(store.id, 'health'),
          value_template: `{{ value_json.${field} }}`,
          state_class: 'measurement',
          unit_of_measurement: unit,
          entity_category: 'diagnostic',
          icon,
        },
      ),
    ),
    ...plan.anchors.slice(0, receiversMax).map(({ address, receiver }) =>
      entity('binary_sensor', `receiver-${address}`, {
        name: `Receiver ${receiver ?? address}`,
        state_topic: stateTopic(store.id, 'receivers'),
        value_template: `{{ value_json['${address}'] }}`,
        payload_on: 'heard',
        payload_off: 'silent',
        device_class: 'connectivity',
        entity_category: 'diagnostic',
      }),
    ),
  ];
}
