/** The shapes of facts, derived from their schemas in the protocol, so that the two cannot part. */
import { type FactType, factKinds, factTypes, saleLine } from '@kairos/protocol/facts.ts';
import { z } from 'zod';
import type { Sensitivity } from '../../compiled.ts';
import {
  anyShape,
  type FieldShape,
  field,
  flagShape,
  numberShape,
  type RecordShape,
  record,
  type Shape,
  textShape,
} from './shape.ts';

/** Facts that anybody who looks could see: they make no message personal. All others do. */
const publicFacts: readonly string[] = [
  'zone.entered',
  'zone.left',
  'visit.opened',
  'visit.moved',
  'visit.closed',
  'identity.presented',
  'help.requested',
  'help.withdrawn',
  'goods.changed',
  'timer.fired',
  'screen.changed',
  'duty.changed',
];

export function sensitivityOfFact(type: string): Sensitivity {
  return publicFacts.includes(type) ? 'public' : 'near';
}

export function isFactType(type: string): type is FactType {
  return (factTypes as readonly string[]).includes(type);
}

/** The part of JSON Schema that the protocol's facts use. */
interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

/** Gives the shape of a fact's body by its type; each is derived once, when it is first asked for. */
export function createFactShapes(): (type: FactType) => RecordShape {
  const known = new Map<FactType, RecordShape>();
  return (type) => {
    let shape = known.get(type);
    if (shape === undefined) {
      shape = deriveFact(type);
      known.set(type, shape);
    }
    return shape;
  };
}

function deriveFact(type: FactType): RecordShape {
  const schema = z.toJSONSchema(factKinds[type].body, { io: 'output', unrepresentable: 'any' }) as Schema;
  const body = toRecord(`a "${type}" fact`, schema, sensitivityOfFact(type));
  return { ...body, fields: { ...body.fields, at: field(numberShape) } };
}

/** A line of a basket, a sale or a return. */
export function deriveLineShape(): RecordShape {
  return toRecord('a line of goods', z.toJSONSchema(saleLine, { io: 'output' }) as Schema, 'near');
}

function toRecord(name: string, schema: Schema, sensitivity: Sensitivity): RecordShape {
  const required = new Set(schema.required ?? []);
  const fields: Record<string, FieldShape> = {};
  for (const [key, value] of Object.entries(schema.properties ?? {})) {
    fields[key] = field(toShape(key, value, sensitivity), !required.has(key), sensitivity);
  }
  return record(name, fields, schema.properties === undefined);
}

function toShape(key: string, schema: Schema, sensitivity: Sensitivity): Shape {
  if (schema.enum !== undefined) return { kind: 'text', among: schema.enum.map(String), place: null };
  if (schema.type === 'integer' || schema.type === 'number') return numberShape;
  if (schema.type === 'boolean') return flagShape;
  if (schema.type === 'array') return { kind: 'list', of: toShape(key, schema.items ?? {}, sensitivity) };
  if (schema.type === 'object') {
    return toRecord(key === 'line' || key === 'lines' ? 'a line of goods' : `"${key}"`, schema, sensitivity);
  }
  if (schema.type === 'string') return textOf(key);
  return anyShape;
}

function textOf(key: string): Shape {
  if (key === 'zone') return { kind: 'text', among: null, place: 'zone' };
  if (key === 'department') return { kind: 'text', among: null, place: 'department' };
  return textShape;
}
