/**
 * The JSON Schemas of everything that crosses a border, made from the zod schemas that the code itself parses with:
 * one file each, draft 07, because editors and AsyncAPI tools both read it.
 *
 * What comes from outside is described as it may be sent (defaults left out), what the store sends as it is sent.
 */

import { z } from 'zod';
import { coupon } from '../coupon.ts';
import {
  ack,
  batchFactsMax,
  customDeviceFactBody,
  deviceBatch,
  deviceFact,
  deviceFactBodies,
} from '../device-facts.ts';
import {
  customFactBody,
  customFactKeptDays,
  customFactType,
  type FactEnvelope,
  factKinds,
  factSource,
} from '../facts.ts';
import { floorPlan } from '../floor-plan.ts';
import { handheldEvents } from '../handheld-events.ts';
import { managerEvents } from '../manager-events.ts';
import { instantMs, sequence } from '../names.ts';
import { fromFrame, tillEvents, toFrame } from '../prompt-events.ts';
import { pinAnswer, pinEntry, screenAlive, screenEvents, screenHello } from '../screen-events.ts';
import { saleAnswer, tillSale } from '../till-sale.ts';
import { deviceConfig, deviceStatus, readings } from '../topics.ts';
import { zoneScreenEvents } from '../zone-screen-events.ts';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

const draft = 'http://json-schema.org/draft-07/schema#';

const envelope = z.strictObject({
  seq: sequence,
  at: instantMs,
  subject: z.int().min(0).nullable(),
  source: factSource.nullable(),
  cause: sequence.nullable(),
  late: z.boolean(),
}) satisfies z.ZodType<FactEnvelope>;

/** File name in docs/generated → schema. In the order in which a reader would want them. */
export function jsonSchemas(): Record<string, JsonObject> {
  return {
    'facts.schema.json': factsSchema(),
    'device-batch.schema.json': deviceBatchSchema(),
    'ack.schema.json': titled('Acknowledgement of a batch', sent(ack)),
    'readings.schema.json': titled('Radio as heard', received(readings)),
    'device-status.schema.json': titled('How a device is', received(deviceStatus)),
    'device-config.schema.json': titled('What a device is told of its store', sent(deviceConfig)),
    'till-sale.schema.json': titled('A receipt in the plainest words', received(tillSale)),
    'sale-answer.schema.json': titled('What became of a receipt', sent(saleAnswer)),
    'coupon.schema.json': titled('What a till prints', sent(coupon)),
    'floor-plan.schema.json': titled('Floor plan', received(floorPlan)),
    'screen-hello.schema.json': titled('What a screen says in the handshake', received(screenHello)),
    'screen-snapshot.schema.json': titled('The whole view of a screen', sent(screenEvents.snapshot.payload)),
    'screen-update.schema.json': titled('What changed since the version before', sent(screenEvents.update.payload)),
    'screen-resync.schema.json': titled('A screen asks for the whole', received(screenEvents.resync.payload)),
    'screen-alive.schema.json': titled('A screen’s sign of life', received(screenAlive)),
    'screen-pin.schema.json': titled('A PIN, to a number that was typed', received(pinEntry)),
    'screen-pin-answer.schema.json': titled('What comparing a PIN came to', sent(pinAnswer)),
    'zone-screen-view.schema.json': titled('What a zone screen shows', sent(zoneScreenEvents.view.payload)),
    'manager-state.schema.json': titled('The store as its manager sees it, whole', sent(managerEvents.state.payload)),
    'manager-changes.schema.json': titled('What has changed for the manager', sent(managerEvents.changes.payload)),
    'till-lane.schema.json': titled('What a till’s page shows of its lane', sent(tillEvents.lane.payload)),
    'till-to-frame.schema.json': titled('What a till says to the frame in it', received(toFrame)),
    'till-from-frame.schema.json': titled('What the frame says to its till', sent(fromFrame)),
    'handheld-snapshot.schema.json': titled('An associate’s whole view', sent(handheldEvents.snapshot.payload)),
    'handheld-update.schema.json': titled('What changed for an associate', sent(handheldEvents.update.payload)),
    'handheld-deed.schema.json': titled('What an associate does', received(handheldEvents.deed.payload)),
    'handheld-outcome.schema.json': titled('What became of a deed', sent(handheldEvents.outcome.payload)),
    'handheld-resync.schema.json': titled('A handheld asks for the whole', received(handheldEvents.resync.payload)),
  };
}

/** Which file describes a payload of `deviceTopics` or `screenEvents`. The same payload has the same file. */
export const payloadFiles = new Map<z.ZodType, string>([
  [deviceBatch, 'device-batch.schema.json'],
  [ack, 'ack.schema.json'],
  [readings, 'readings.schema.json'],
  [deviceStatus, 'device-status.schema.json'],
  [deviceConfig, 'device-config.schema.json'],
  [tillSale, 'till-sale.schema.json'],
  [coupon, 'coupon.schema.json'],
  [saleAnswer, 'sale-answer.schema.json'],
  [screenEvents.snapshot.payload, 'screen-snapshot.schema.json'],
  [screenEvents.update.payload, 'screen-update.schema.json'],
  [screenEvents.resync.payload, 'screen-resync.schema.json'],
  [screenAlive, 'screen-alive.schema.json'],
  [pinEntry, 'screen-pin.schema.json'],
  [pinAnswer, 'screen-pin-answer.schema.json'],
  [zoneScreenEvents.view.payload, 'zone-screen-view.schema.json'],
  [managerEvents.state.payload, 'manager-state.schema.json'],
  [managerEvents.changes.payload, 'manager-changes.schema.json'],
  [tillEvents.lane.payload, 'till-lane.schema.json'],
  [handheldEvents.snapshot.payload, 'handheld-snapshot.schema.json'],
  [handheldEvents.update.payload, 'handheld-update.schema.json'],
  [handheldEvents.deed.payload, 'handheld-deed.schema.json'],
  [handheldEvents.outcome.payload, 'handheld-outcome.schema.json'],
  [handheldEvents.resync.payload, 'handheld-resync.schema.json'],
  [floorPlan, 'floor-plan.schema.json'],
]);

/** Every fact of the journal, told apart by its type; retention and destination ride along as annotations. */
function factsSchema(): JsonObject {
  const shared = sent(envelope);
  const definitions: JsonObject = {};
  for (const [type, { body, keptDays, toHq }] of Object.entries(factKinds)) {
    definitions[type] = {
      ...withBody(shared, { const: type }, sent(body)),
      'x-kept-days': keptDays,
      'x-to-hq': toHq,
    };
  }
  definitions.custom = {
    ...withBody(shared, sent(customFactType), sent(customFactBody)),
    'x-kept-days': customFactKeptDays,
    'x-to-hq': true,
  };
  return titled('Facts of the journal', choice(definitions));
}

/** A batch from a device or a screen, with the body that each type of fact must have. */
function deviceBatchSchema(): JsonObject {
  const shared = received(deviceFact.omit({ type: true, body: true }));
  const definitions: JsonObject = {};
  for (const [type, body] of Object.entries(deviceFactBodies)) {
    definitions[type] = withBody(shared, { const: type }, received(body));
  }
  definitions.custom = withBody(shared, received(customFactType), received(customDeviceFactBody));
  const batch = received(deviceBatch);
  const facts = choice(definitions);
  return titled('A batch of facts from a device', {
    ...batch,
    properties: {
      ...(batch.properties as JsonObject),
      facts: { type: 'array', minItems: 1, maxItems: batchFactsMax, items: { oneOf: facts.oneOf as Json } },
    },
    definitions,
  });
}

function withBody(shared: JsonObject, type: JsonObject, body: JsonObject): JsonObject {
  return {
    ...shared,
    properties: { ...(shared.properties as JsonObject), type, body },
    required: [...(shared.required as Json[]), 'type', 'body'],
  };
}

function choice(definitions: JsonObject): JsonObject {
  return { oneOf: Object.keys(definitions).map((name) => ({ $ref: `#/definitions/${name}` })), definitions };
}

function titled(title: string, schema: JsonObject): JsonObject {
  return { $schema: draft, title, ...schema };
}

function received(schema: z.ZodType): JsonObject {
  return plain(schema, 'input');
}

function sent(schema: z.ZodType): JsonObject {
  return plain(schema, 'output');
}

function plain(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema: _said, '~standard': _standard, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io });
  return rest as JsonObject;
}
