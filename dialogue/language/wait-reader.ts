/** Reads `wait`: for a length of time, the next visit or a fact, with a roof and a bound. */
import { isMap } from 'yaml';
import { parseSpan } from './amounts.ts';
import { type Field, type Fields, placeOfField, readFields, readSpan, readWhole, textOf } from './node-reader.ts';
import { readPattern } from './pattern-reader.ts';
import type { Next, StepContext, StepPlan } from './step-reader.ts';
import { nearest } from './suggest.ts';

type WaitFor = Extract<StepPlan, { verb: 'wait' }>['for'];

export function readWait(found: Field, next: Next, context: StepContext): StepPlan | null {
  const { problems } = context.reading;
  const names = ['for', 'on', 'where', 'anyLine', 'within', 'max', 'then', 'else'];
  const fields = readFields(found.value, '"wait"', names, problems, found.at);
  if (fields === null) return null;
  const what = readWaitFor(found, fields, context);
  const within = fields.get('within');
  const max = fields.get('max');
  if (!fields.has('then'))
    problems.error('missing', found.at, '"wait" says what comes after it', 'add then: with the name of a step');
  const plan: StepPlan | null = what && {
    verb: 'wait',
    for: what,
    within: within === undefined ? null : readSpan(within, '"within"', problems),
    max: max === undefined ? null : readWhole(max, '"max"', 1, 1000, problems),
    then: next(fields.get('then')),
    else: next(fields.get('else')),
  };
  if (plan === null || plan.verb !== 'wait') return plan;
  checkRoof(found, fields, plan, context);
  return plan;
}

function checkRoof(
  found: Field,
  fields: Fields,
  plan: Extract<StepPlan, { verb: 'wait' }>,
  { reading }: StepContext,
): void {
  const { problems } = reading;
  if (plan.for.kind === 'span') {
    if (plan.within !== null)
      problems.error('unknown-name', found.at, 'a wait for a length of time needs no "within"', 'remove it');
    return;
  }
  if (plan.within === null) {
    problems.warn(
      'waits-forever',
      found.at,
      'this wait may never end',
      'add within: 60d, and else: for what comes then',
    );
  } else if (!fields.has('else')) {
    problems.warn(
      'wait-unhandled',
      found.at,
      'nothing is said of what comes when the time is over',
      'add else: end, or a step',
    );
  }
}

function readWaitFor(found: Field, fields: Fields, { scopes, reading }: StepContext): WaitFor | null {
  const { problems } = reading;
  const on = fields.get('on');
  const lengthField = fields.get('for');
  if (on !== undefined && lengthField === undefined) {
    const pattern = readPattern(on, fields, { scope: scopes.run, uses: scopes.trigger }, reading);
    return pattern === null ? null : { kind: 'fact', pattern };
  }
  if (lengthField === undefined || on !== undefined) {
    problems.error('missing', found.at, '"wait" says for what', 'for: 7d, for: next-visit, or on: sale');
    return null;
  }
  if (isMap(lengthField.value)) return readWaitForFact(lengthField, { scopes, reading });
  const text = textOf(lengthField.value) ?? '';
  if (text === 'next-visit') return { kind: 'next-visit' };
  const span = parseSpan(text);
  if (span !== null) return { kind: 'span', span };
  problems.error(
    'bad-span',
    placeOfField(lengthField),
    '"for" is a length of time, next-visit, or a fact',
    nearest(text, ['next-visit']) === null ? 'for: 7d, or for: next-visit' : 'did you mean "next-visit"?',
  );
  return null;
}

function readWaitForFact(found: Field, { scopes, reading }: Pick<StepContext, 'scopes' | 'reading'>): WaitFor | null {
  const fields = readFields(found.value, '"for"', ['on', 'where', 'anyLine'], reading.problems);
  const on = fields?.get('on');
  if (fields === null) return null;
  if (on === undefined) {
    reading.problems.error('missing', found.at, '"for" names a fact', 'for: { on: sale, where: … }');
    return null;
  }
  const pattern = readPattern(on, fields, { scope: scopes.run, uses: scopes.trigger }, reading);
  return pattern === null ? null : { kind: 'fact', pattern };
}
