/**
 * The JSON Schema by which editors complete dialogues and underline slips while they are written. It knows the shape;
 * conditions, texts, names of steps and of zones are the checker's.
 */
import { channels, factTypes, strengths } from '@kairos/protocol/facts.ts';

type Schema = Record<string, unknown>;

const text = (description: string): Schema => ({ type: 'string', description });
const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` });
const oneOf = (...schemas: Schema[]): Schema => ({ anyOf: schemas });
const many = (items: Schema): Schema => oneOf(items, { type: 'array', items });

function object(properties: Record<string, Schema>, required: readonly string[] = [], description?: string): Schema {
  return { type: 'object', properties, required, additionalProperties: false, ...(description && { description }) };
}

const pattern = { on: ref('fact'), where: ref('condition'), anyLine: ref('condition') };

/** JSON Schema (2020-12) of a dialogue's file, as the object that it is once YAML is read. */
export function dialogueJsonSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A Kairos dialogue',
    ...object(head(), ['dialogue', 'type', 'enter', 'steps']),
    $defs: { ...words(), ...entries(), ...steps() },
  };
}

function head(): Record<string, Schema> {
  return {
    dialogue: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,59}$', description: 'Its name, unique in the chain' },
    title: text('What people call it'),
    about: text('A note to whoever reads it next'),
    type: { enum: ['foundation', 'I', 'II', 'III'], description: 'Life cycle; news; loyalty; here and now' },
    priority: { type: 'integer', minimum: 1, maximum: 9, default: 5 },
    objective: object(
      { ...pattern, within: ref('span'), value: { type: 'number', minimum: 0 } },
      ['on', 'within', 'value'],
      'What it is good for, and what that is worth in the store’s currency',
    ),
    audience: ref('condition'),
    holdout: oneOf(ref('share'), { const: 'none' }),
    patience: {
      ...ref('span'),
      default: '24h',
      description: 'How long headquarters wait for a store that was not heard, 10m to 30d: 3d',
    },
    key: text('One run for each value of this; without it, one for each customer'),
    limits: object({ perVisit: { type: 'integer', minimum: 1 }, perCustomer: ref('rate') }),
    schedule: object({
      days: many({ enum: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] }),
      hours: text('9:00-20:00'),
      quiet: text('21:00-8:00'),
      from: text('2026-03-01'),
      until: text('2026-03-31, included'),
    }),
    variants: { type: 'object', additionalProperties: ref('share'), minProperties: 2, maxProperties: 8 },
    enter: many(ref('entry')),
    until: many(object({ ...pattern, then: ref('next') }, ['on'])),
    steps: { type: 'object', propertyNames: { pattern: '^[a-z][A-Za-z0-9]*$' }, additionalProperties: ref('step') },
    upgrade: oneOf(
      { enum: ['stay', 'restart', 'leave'] },
      object({ move: { type: 'object', additionalProperties: { type: 'string' } } }),
    ),
  };
}

function words(): Record<string, Schema> {
  return {
    fact: oneOf({ enum: [...factTypes] }, { type: 'string', pattern: '^custom\\.[a-z][A-Za-z0-9-]*$' }),
    condition: oneOf(text('A condition in CEL, quoted if it holds punctuation of YAML'), { type: 'boolean' }),
    span: { type: 'string', pattern: '^\\d+\\s?(s|min|m|h|d|w|mo|y)$', description: '25s, 10m, 2h, 30d, 2w, 6mo, 1y' },
    rate: { type: 'string', pattern: '^\\d+ per ', description: '1 per 90d' },
    share: { type: 'string', pattern: '^\\d+(\\.\\d+)?\\s?%$', description: '10%' },
    next: text('The name of a step, or end'),
    words: oneOf(text('In the store’s language'), {
      type: 'object',
      propertyNames: { pattern: '^[a-z]{2,3}(-[A-Z]{2})?$' },
      additionalProperties: { type: 'string' },
      description: 'By language: { en: …, es: … }',
    }),
  };
}

function entries(): Record<string, Schema> {
  const places = many({ type: 'string' });
  const lines = { where: ref('condition'), anyLine: ref('condition') };
  return {
    entry: oneOf(
      object(pattern, ['on'], 'A fact'),
      object({ first: ref('fact'), ...lines }, ['first'], 'The first fact of its kind'),
      object({ count: ref('fact'), ...lines, reaches: { type: 'integer', minimum: 1 }, within: ref('span') }, [
        'count',
        'reaches',
      ]),
      object(
        {
          measure: { type: 'string' },
          risesAbove: { type: ['integer', 'string'] },
          fallsBelow: { type: ['integer', 'string'] },
          of: { type: 'string' },
        },
        ['measure'],
      ),
      object({ absence: ref('fact'), ...lines, for: oneOf(ref('span'), { const: 'unusual' }) }, ['absence', 'for']),
      object(
        {
          sequence: { type: 'array', items: object(pattern, ['on']), minItems: 2, maxItems: 8 },
          within: ref('span'),
          without: object(pattern, ['on']),
        },
        ['sequence', 'within'],
      ),
      object({ dwell: places, for: ref('span'), where: ref('condition') }, ['dwell', 'for'], 'She stays in a zone'),
      object(
        {
          date: text('customer.birthday, 12-24 or 2026-12-24'),
          before: ref('span'),
          after: ref('span'),
          at: text('9:00'),
          yearly: { type: 'boolean' },
        },
        ['date'],
      ),
      object({ changes: text('An attribute: customer.address'), where: ref('condition') }, ['changes']),
    ),
  };
}

function steps(): Record<string, Schema> {
  const next = { then: ref('next'), else: ref('next') };
  const wait = {
    ...pattern,
    for: oneOf(ref('span'), { const: 'next-visit' }, object(pattern, ['on'])),
    within: ref('span'),
    max: { type: 'integer', minimum: 1 },
    ...next,
  };
  const worth = { type: ['number', 'string'] };
  return {
    step: oneOf(
      { const: 'end' },
      object({ say: ref('say') }, ['say']),
      object({ wait: object(wait, ['then']) }, ['wait']),
      object(
        {
          choose: {
            type: 'array',
            minItems: 1,
            maxItems: 32,
            items: oneOf(
              object({ when: ref('condition'), then: ref('next') }, ['when', 'then']),
              object({ else: ref('next') }, ['else']),
            ),
          },
        },
        ['choose'],
      ),
      object(
        {
          set: object(
            { attribute: { type: 'string' }, to: { type: ['string', 'number', 'boolean'] }, then: ref('next') },
            ['attribute', 'to'],
          ),
        },
        ['set'],
      ),
      object({ reward: object({ percent: worth, amount: worth, validFor: ref('span'), then: ref('next') }) }, [
        'reward',
      ]),
      object({ end: {} }, ['end']),
    ),
    say: object({
      on: many({ type: 'object', properties: surfaces(), additionalProperties: false }),
      ...surfaces(),
      validFor: ref('span'),
      answers: { type: 'object', additionalProperties: ref('answer') },
      silence: ref('silence'),
      late: ref('next'),
      with: oneOf(
        text('The name of a step that is a reward'),
        object({ percent: worth, amount: worth, validFor: ref('span') }),
      ),
    }),
    surface: oneOf(text('The words'), surface()),
    answer: object({
      label: ref('words'),
      ...pattern,
      then: ref('next'),
      positive: { type: 'boolean' },
      form: {
        type: 'object',
        additionalProperties: oneOf(
          { enum: ['text', 'number'] },
          { type: 'array', items: { type: 'string' } },
          object({
            label: ref('words'),
            kind: { enum: ['text', 'number'] },
            choices: oneOf(
              { type: 'array', items: { type: 'string' } },
              { type: 'object', additionalProperties: ref('words') },
            ),
          }),
        ),
      },
    }),
    silence: object({
      'never-shown': oneOf(
        ref('next'),
        object({
          again: { const: 'next-visit' },
          max: { type: 'integer', minimum: 1, maximum: 20 },
          then: ref('next'),
        }),
      ),
      ignored: oneOf(ref('next'), object({ after: ref('span'), then: ref('next') })),
      'walked-away': ref('next'),
      'acted-elsewhere': ref('next'),
    }),
  };
}

function surfaces(): Record<string, Schema> {
  return Object.fromEntries(channels.map((channel) => [channel, ref('surface')]));
}

function surface(): Schema {
  return object({
    moment: { enum: ['any', 'arriving', 'dwelling', 'at-rest', 'walking', 'at-till', 'leaving'] },
    where: oneOf({ const: 'here' }, many({ type: 'string' })),
    leaving: { enum: ['withdraw', 'keep'] },
    strength: { enum: [...strengths] },
    sensitivity: { enum: ['public', 'near', 'own', 'sensitive'] },
    text: ref('words'),
    say: ref('words'),
    subject: ref('words'),
    body: ref('words'),
    know: ref('words'),
    needs: { type: 'string', description: 'A role: said only while one of it is free and near' },
    to: oneOf(
      { type: 'string' },
      object(
        { role: { type: 'string' }, claimWithin: ref('span'), else: ref('next'), full: ref('next') },
        ['role'],
        'Who says it; "else" follows when nobody takes it on, "full" when a team has no room for a call',
      ),
    ),
    again: object({ after: ref('span'), max: { type: 'integer', minimum: 1, maximum: 20 } }, ['after', 'max']),
    approve: object({ by: { type: 'string' }, within: ref('span'), else: ref('next') }, ['by', 'within']),
  });
}
