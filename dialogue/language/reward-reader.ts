/** Reads the two verbs that leave something with her: `set` an attribute, and `reward`. */
import { readValue } from './condition-reader.ts';
import { type Field, placeOfField, readFields, readSpan, textOf } from './node-reader.ts';
import type { PlannedValue } from './plan.ts';
import type { Next, StepContext, StepPlan } from './step-reader.ts';
import { didYouMean } from './suggest.ts';

export function readSet(found: Field, next: Next, { scopes, reading }: StepContext): StepPlan | null {
  const { problems, words } = reading;
  const fields = readFields(found.value, '"set"', ['attribute', 'to', 'then'], problems, found.at);
  const nameField = fields?.get('attribute');
  const toField = fields?.get('to');
  if (fields === null) return null;
  if (nameField === undefined || toField === undefined) {
    problems.error(
      'missing',
      found.at,
      '"set" says which attribute, and to what',
      'set: { attribute: wantsCatalogue, to: true, then: … }',
    );
    return null;
  }
  const name = (textOf(nameField.value) ?? '').replace(/^customer\./, '');
  const known = Object.hasOwn(words.attributes, name) ? words.attributes[name] : undefined;
  if (known === undefined) {
    const hint = didYouMean(name, Object.keys(words.attributes)) ?? 'declare it in house.yaml';
    problems.error('unknown-field', placeOfField(nameField), `the customer has no "${name}"`, hint);
  }
  const value = readValue(toField, scopes.run, scopes.asked, reading);
  const then = next(fields.get('then'));
  if (value === null || known === undefined) return null;
  const wanted = { text: 'text', date: 'text', number: 'number', boolean: 'flag' }[known.type];
  if (value.shape.kind !== wanted && value.shape.kind !== 'any') {
    problems.error(
      'wrong-kind',
      placeOfField(toField),
      `"${name}" is a ${known.type}`,
      wanted === 'text' ? `a text has its own quotes: '"gold"'` : undefined,
    );
    return null;
  }
  return { verb: 'set', name, value: value.planned, then };
}

export function readReward(found: Field, name: string, next: Next, { scopes, reading }: StepContext): StepPlan | null {
  const { problems } = reading;
  const fields = readFields(
    found.value,
    `"${found.name}"`,
    ['percent', 'amount', 'validFor', 'then'],
    problems,
    found.at,
  );
  if (fields === null) return null;
  const percent = fields.get('percent');
  const amount = fields.get('amount');
  const valueField = percent ?? amount;
  if (valueField === undefined || (percent !== undefined && amount !== undefined)) {
    problems.error(
      'missing',
      found.at,
      'a reward is worth a percentage or an amount',
      'reward: { percent: 10, validFor: 30d }',
    );
    return null;
  }
  const valid = fields.get('validFor');
  const unit = percent === undefined ? ('amount' as const) : ('percent' as const);
  const value = readWorth(valueField, unit, { scopes, reading });
  const validFor = valid === undefined ? null : readSpan(valid, '"validFor"', problems);
  const then = next(fields.get('then'));
  return value === null ? null : { verb: 'reward', name, value, unit, validFor, then };
}

/** Plain numbers are percent and currency; expressions give percent, and minor units as all money in conditions. */
function readWorth(
  found: Field,
  unit: 'percent' | 'amount',
  { scopes, reading }: Pick<StepContext, 'scopes' | 'reading'>,
): PlannedValue | null {
  const text = (textOf(found.value) ?? '').replace(/\s?%$/, '');
  if (/^\d{1,7}(\.\d{1,2})?$/.test(text)) {
    const value = Math.round(Number(text) * (unit === 'percent' ? 10 : 100));
    if (unit === 'amount' || value <= 1000) return { $value: { op: 'constant', value } };
    reading.problems.error('bad-share', placeOfField(found), 'a reward is at most 100 %');
    return null;
  }
  const value = readValue(found, scopes.run, scopes.asked, reading);
  if (value === null) return null;
  if (value.shape.kind !== 'number' && value.shape.kind !== 'any') {
    reading.problems.error('wrong-kind', placeOfField(found), 'what a reward is worth is a number');
    return null;
  }
  if (unit === 'amount') return value.planned;
  const right = { op: 'constant', value: 10 } as const;
  return { $value: { op: 'arithmetic', how: '*', left: value.planned.$value, right } };
}
