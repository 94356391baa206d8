import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { deviceBatch } from '../device-facts.ts';
import { managerEvents } from '../manager-events.ts';
import { outsideBodies, outsideOperations, outsideTypes } from '../outside-operations.ts';
import { screenEvents } from '../screen-events.ts';
import { deviceTopics } from '../topics.ts';
import { differences, documents, generatedFolder } from './documents.ts';
import { type Json, type JsonObject, jsonSchemas } from './schemas.ts';

const onDisk = new Map(
  readdirSync(generatedFolder).map((name) => [name, readFileSync(new URL(name, generatedFolder), 'utf8')]),
);
const parsed = new Map([...onDisk].map(([name, content]) => [name, JSON.parse(content) as JsonObject]));
const api = parsed.get('asyncapi.json') as unknown as AsyncApi;

interface AsyncApi {
  asyncapi: string;
  info: { title: string; version: string };
  servers: Record<string, { host: string; protocol: string }>;
  channels: Record<string, { address: string; parameters?: JsonObject; messages: Record<string, Reference> }>;
  operations: Record<
    string,
    { action: string; channel: Reference; messages: Reference[]; bindings?: { mqtt: { qos: number; retain: boolean } } }
  >;
  components: { messages: Record<string, { payload?: { schemaFormat: string; schema: Reference } }> };
}
interface Reference {
  $ref: string;
}

test('what stands in docs/generated is what the schemas say now; if not, run `npm run generate`', () => {
  expect(differences(documents(), onDisk)).toEqual([]);
});

test('a schema that changed, a document that is missing and one that is left over are each noticed', () => {
  const made = documents();
  const ack = jsonSchemas()['ack.schema.json'] as JsonObject;
  (ack.properties as JsonObject).another = { type: 'string' };
  made.set('ack.schema.json', `${JSON.stringify(ack, null, 2)}\n`);
  made.set('new.schema.json', '{}\n');
  made.delete('asyncapi.json');
  expect(differences(made, documents())).toEqual([
    { file: 'ack.schema.json', kind: 'outdated' },
    { file: 'new.schema.json', kind: 'missing' },
    { file: 'asyncapi.json', kind: 'left-over' },
  ]);
});

test('every reference in every document leads somewhere', () => {
  const refs = [...parsed].flatMap(([file, content]) => referencesIn(content).map((ref) => ({ file, ref })));
  expect(refs.length).toBeGreaterThan(100);
  expect(refs.filter(({ file, ref }) => resolve(file, ref) === undefined)).toEqual([]);
  expect(resolve('asyncapi.json', '#/channels/nowhere')).toBeUndefined();
  expect(resolve('asyncapi.json', './nowhere.schema.json')).toBeUndefined();
});

test('the AsyncAPI document has what 3.0 requires, and its parts fit together', () => {
  expect(api.asyncapi).toBe('3.0.0');
  expect(api.info).toMatchObject({ title: expect.any(String), version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
  for (const server of Object.values(api.servers)) {
    expect(server).toMatchObject({ host: expect.any(String), protocol: expect.any(String) });
  }
  for (const channel of Object.values(api.channels)) {
    const named = [...channel.address.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    expect(Object.keys(channel.parameters ?? {})).toEqual(named);
  }
  for (const operation of Object.values(api.operations)) {
    expect(['send', 'receive']).toContain(operation.action);
    const prefix = `${operation.channel.$ref}/messages/`;
    for (const message of operation.messages) expect(message.$ref.startsWith(prefix)).toBe(true);
  }
  for (const message of Object.values(api.components.messages)) {
    if (message.payload !== undefined) expect(message.payload.schemaFormat).toMatch(/^application\/schema\+json/);
  }
  expect(api.components.messages.gatewayReport).not.toHaveProperty('payload');
});

test('each device topic and each screen event has a channel, a direction and its delivery', () => {
  for (const [name, topic] of Object.entries(deviceTopics)) {
    const channel = `device${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    expect(api.channels[channel]?.address).toBe(`kairos/devices/{device}/${name}`);
    const operation = Object.values(api.operations).find((one) => one.channel.$ref === `#/channels/${channel}`);
    expect(operation?.action).toBe(topic.from === 'device' ? 'receive' : 'send');
    expect(operation?.bindings?.mqtt).toMatchObject({ qos: topic.qos, retain: topic.retained });
  }
  expect(Object.keys(api.channels.screens?.messages ?? {})).toEqual(Object.keys(screenEvents));
  expect(Object.keys(api.channels.manager?.messages ?? {})).toEqual(Object.keys(managerEvents));
});

test('the schema of a batch takes what intake takes, and knows each body by its type', () => {
  const published = z.fromJSONSchema(parsed.get('device-batch.schema.json') as Parameters<typeof z.fromJSONSchema>[0]);
  const batch = (body: Json) => ({
    epoch: 'epoch-1',
    oldest: 1,
    facts: [{ sequence: 1, ageMs: 0, type: 'basket.added', body }],
  });
  const good = batch({ cart: 'cart-07', code: '4006381333931' });
  expect(deviceBatch.safeParse(good).success).toBe(true);
  expect(published.safeParse(good).success).toBe(true);
  expect(published.safeParse(batch({ cart: 'cart-07' })).success).toBe(false);
  expect(published.safeParse({ ...good, oldest: 0 }).success).toBe(false);
});

test('the OpenAPI document has what 3.1 requires: each path’s parameters, each operation its own name and its answers', () => {
  const open = parsed.get('openapi.json') as unknown as OpenApi;
  expect(open.openapi).toMatch(/^3\.1\.\d+$/);
  const operations = Object.entries(open.paths).flatMap(([path, methods]) =>
    Object.values(methods).map((operation) => ({ path, operation })),
  );
  expect(operations.length).toBeGreaterThanOrEqual(7);
  expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
  for (const { path, operation } of operations) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    const given = (operation.parameters ?? []).filter((one) => one.in === 'path');
    expect(given.map(({ name }) => name)).toEqual(named);
    expect(operation.responses).toHaveProperty('200.description');
    for (const [scheme] of operation.security.flatMap((one) => Object.entries(one))) {
      expect(open.components.securitySchemes).toHaveProperty(scheme);
    }
  }
  expect(Object.keys(open.paths)).toContain('/v1/sales');
});

interface OpenApi {
  openapi: string;
  paths: Record<
    string,
    Record<
      string,
      {
        operationId: string;
        parameters?: { name: string; in: string }[];
        security: JsonObject[];
        responses: JsonObject;
      }
    >
  >;
  components: { securitySchemes: JsonObject };
}

function referencesIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : referencesIn(inner),
  );
}

function resolve(file: string, ref: string): Json | undefined {
  const [path = '', pointer = ''] = ref.split('#');
  let at: Json | undefined = parsed.get(path === '' ? file : path.replace(/^\.\//, ''));
  for (const part of pointer.split('/').slice(1)) {
    at = at !== null && typeof at === 'object' && !Array.isArray(at) ? at[part] : undefined;
  }
  return at;
}

test('who builds against POST /v1/facts finds in the document what each kind of fact says', () => {
  const hq = JSON.stringify(parsed.get('hq-openapi.json'));
  for (const type of outsideTypes)
    expect(hq).toContain(JSON.stringify(z.toJSONSchema(outsideBodies[type], { io: 'input' }).required));
  const facts = outsideOperations.facts.body.schema;
  const fact = {
    id: 'a',
    number: '1',
    at: 1,
    type: 'goods.changed',
    body: { code: 'milk', department: 'dairy', price: 99 },
  };
  expect(facts.safeParse({ facts: [fact] }).success).toBe(true);
  expect(facts.safeParse({ facts: [{ ...fact, body: { minutes: 3 } }] }).success).toBe(false);
  expect(facts.safeParse({ facts: [{ ...fact, type: 'custom.usage', body: { minutes: 3 } }] }).success).toBe(true);
});
