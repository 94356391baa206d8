/**
 * The AsyncAPI 3.0 document, made from the tables of topics and socket events that the code itself uses. It speaks
 * from the store's side: `receive` is what devices and screens say, `send` is what the store says.
 */
import type { z } from 'zod';
import { handheldEvents, handheldNamespace } from '../handheld-events.ts';
import { managerEvents, managerNamespace } from '../manager-events.ts';
import { tillEvents, tillNamespace } from '../prompt-events.ts';
import { screenEvents, screenNamespace } from '../screen-events.ts';
import {
  type DeviceTopic,
  deviceTopic,
  deviceTopics,
  type GatewayFormat,
  gatewayFormats,
  gatewayTopic,
} from '../topics.ts';
import { zoneScreenEvents, zoneScreenNamespace } from '../zone-screen-events.ts';
import { type JsonObject, payloadFiles } from './schemas.ts';

/** One Socket.IO namespace: its events by name, and what its handshake must carry. */
interface SocketNamespace {
  readonly channel: string;
  readonly address: string;
  readonly says: string;
  /** The schema of the handshake's `auth`; null where it needs none. */
  readonly handshake: string | null;
  readonly events: Readonly<Record<string, { payload: z.ZodType; from: string; says: string }>>;
}

const namespaces: readonly SocketNamespace[] = [
  {
    channel: 'screens',
    address: screenNamespace,
    says: 'What a screen and the store say to each other over Socket.IO.',
    handshake: 'screen-hello.schema.json',
    events: screenEvents,
  },
  {
    channel: 'zoneScreens',
    address: zoneScreenNamespace,
    says: 'What a screen in a zone and the store say to each other over Socket.IO.',
    handshake: 'screen-hello.schema.json',
    events: zoneScreenEvents,
  },
  {
    channel: 'manager',
    address: managerNamespace,
    says: 'What the store tells the manager’s page over Socket.IO; the page only watches.',
    handshake: null,
    events: managerEvents,
  },
  {
    channel: 'tills',
    address: tillNamespace,
    says: 'What the page of a till and the store say to each other over Socket.IO.',
    handshake: 'screen-hello.schema.json',
    events: tillEvents,
  },
  {
    channel: 'handheld',
    address: handheldNamespace,
    says:
      'What an associate’s handheld and the store say to each other over Socket.IO. She is known by the cookie of her ' +
      'session.',
    handshake: null,
    events: handheldEvents,
  },
];

const topicNames = Object.keys(deviceTopics) as DeviceTopic[];

export function asyncApi(version: string): JsonObject {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Kairos, inside a store',
      version,
      description:
        'What devices, screens and the store server say to each other. A device deletes a fact on the store’s own ' +
        'acknowledgement alone; a PUBACK means only that a broker has it.',
    },
    defaultContentType: 'application/json',
    servers: servers(),
    channels: Object.fromEntries([
      ...topicNames.map((name) => [deviceChannel(name), topicChannel(name)]),
      ['gateways', gatewayChannel()],
      ...namespaces.map((namespace) => [namespace.channel, socketChannel(namespace)]),
    ]),
    operations: Object.fromEntries([
      ...topicNames.map((name) => topicOperation(name)),
      ['receiveGateways', gatewayOperation()],
      ...namespaces.flatMap((namespace) => socketOperations(namespace)),
    ]),
    components: { messages: messages() },
  };
}

function servers(): JsonObject {
  const lastWill = {
    topic: deviceTopic('{device}', 'status'),
    qos: deviceTopics.status.qos,
    retain: deviceTopics.status.retained,
    message: JSON.stringify({ state: 'offline' }),
  };
  const mqtt = { cleanSession: true, lastWill, bindingVersion: '0.2.0' };
  return {
    mqtt: {
      host: '{host}',
      protocol: 'mqtt',
      protocolVersion: '3.1.1',
      description: 'The store’s broker over TCP, TCP_NODELAY on both ends.',
      variables: { host: { default: 'localhost:1883', description: 'Host and port, from the store’s configuration.' } },
      bindings: { mqtt },
    },
    mqttOverWebSocket: {
      host: '{host}',
      pathname: '/mqtt',
      protocol: 'ws',
      description: 'The same broker over WebSocket.',
      variables: { host: { default: 'localhost:8080', description: 'Host and port, from the store’s configuration.' } },
    },
    pages: {
      host: '{host}',
      pathname: '/socket.io',
      protocol: 'socket.io',
      protocolVersion: '5',
      description: 'The store’s pages; WebSocket transport only.',
      variables: { host: { default: 'localhost:8080', description: 'Host and port, from the store’s configuration.' } },
    },
  };
}

function topicChannel(name: DeviceTopic): JsonObject {
  const { says, from } = deviceTopics[name];
  return {
    address: deviceTopic('{device}', name),
    title: name,
    description: says,
    servers: [{ $ref: '#/servers/mqtt' }, { $ref: '#/servers/mqttOverWebSocket' }],
    parameters: {
      device: {
        description:
          from === 'device'
            ? 'The device that speaks; its broker login allows it no other name.'
            : 'The device that is spoken to.',
        examples: ['cart-07', 'gateway-2'],
      },
    },
    messages: { [name]: { $ref: `#/components/messages/${name}` } },
  };
}

/** QoS and retention belong to the operation in AsyncAPI's binding for MQTT. */
function topicOperation(name: DeviceTopic): [string, JsonObject] {
  const { from, qos, retained, says } = deviceTopics[name];
  const channel = deviceChannel(name);
  return [
    `${from === 'device' ? 'receive' : 'send'}${capital(channel)}`,
    {
      action: from === 'device' ? 'receive' : 'send',
      channel: { $ref: `#/channels/${channel}` },
      summary: says,
      messages: [{ $ref: `#/channels/${channel}/messages/${name}` }],
      bindings: { mqtt: { qos, retain: retained, bindingVersion: '0.2.0' } },
    },
  ];
}

/** Off-the-shelf gateways publish in their vendor's own words; the adapters in `edge-agent/gateways/` know them. */
const gatewayReport: JsonObject = {
  name: 'gatewayReport',
  summary: 'Radio as a gateway of another maker reports it.',
  contentType: 'application/octet-stream',
};

function gatewayChannel(): JsonObject {
  return {
    address: gatewayTopic('{gateway}', '{format}' as GatewayFormat),
    title: 'gateways',
    description: 'Reports of off-the-shelf radio gateways; the payload is the maker’s.',
    servers: [{ $ref: '#/servers/mqtt' }],
    parameters: {
      gateway: { description: 'The gateway, as the installer named it.', examples: ['e7dae08e6fc3'] },
      format: { description: 'Whose format it is.', enum: [...gatewayFormats] },
    },
    messages: { gatewayReport: { $ref: '#/components/messages/gatewayReport' } },
  };
}

function gatewayOperation(): JsonObject {
  return {
    action: 'receive',
    channel: { $ref: '#/channels/gateways' },
    summary: 'Radio as heard by off-the-shelf gateways.',
    messages: [{ $ref: '#/channels/gateways/messages/gatewayReport' }],
  };
}

function socketChannel({ channel, address, says, handshake, events }: SocketNamespace): JsonObject {
  return {
    address,
    title: channel,
    description: `${says} Each message is the Socket.IO event of its name.`,
    servers: [{ $ref: '#/servers/pages' }],
    messages: Object.fromEntries(
      Object.keys(events).map((event) => [event, { $ref: `#/components/messages/${socketMessage(channel, event)}` }]),
    ),
    ...(handshake === null ? {} : { 'x-handshake-auth': { $ref: `./${handshake}` } }),
  };
}

function socketOperations({ channel, events }: SocketNamespace): [string, JsonObject][] {
  return Object.entries(events).map(([event, { from, says }]) => {
    const action = from === 'store' ? 'send' : 'receive';
    return [
      `${action}${capital(socketMessage(channel, event))}`,
      {
        action,
        channel: { $ref: `#/channels/${channel}` },
        summary: says,
        messages: [{ $ref: `#/channels/${channel}/messages/${event}` }],
      },
    ];
  });
}

function messages(): JsonObject {
  return Object.fromEntries([
    ...topicNames.map((name) => [name, message(name, deviceTopics[name])]),
    ['gatewayReport', gatewayReport],
    ...namespaces.flatMap(({ channel, events }) =>
      Object.entries(events).map(([event, said]) => [socketMessage(channel, event), message(event, said)]),
    ),
  ]);
}

function message(name: string, said: { payload: z.ZodType; says: string }): JsonObject {
  const file = payloadFiles.get(said.payload);
  if (file === undefined) {
    throw new Error(
      `The payload of "${name}" has no schema file; add it to payloadFiles in protocol/generate/schemas.ts`,
    );
  }
  return {
    name,
    summary: said.says,
    contentType: 'application/json',
    payload: { schemaFormat: 'application/schema+json;version=draft-07', schema: { $ref: `./${file}` } },
  };
}

function deviceChannel(name: DeviceTopic): string {
  return `device${capital(name)}`;
}

function socketMessage(channel: string, event: string): string {
  return `${channel}${capital(event)}`;
}

function capital(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
