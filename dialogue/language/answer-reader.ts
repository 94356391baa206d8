/** Reads the answers to a message: something to press, with a form where one is wanted, or something to do. */
import { isMap, isSeq } from 'yaml';
import type { CompiledAnswer } from '../compiled.ts';
import { readLocalText } from './condition-reader.ts';
import {
  authorNamePattern,
  type Field,
  isEmpty,
  isName,
  readFields,
  readFlag,
  readItems,
  readWord,
  stepNamePattern,
  textOf,
} from './node-reader.ts';
import { readPattern } from './pattern-reader.ts';
import type { Planned, PlannedRender } from './plan.ts';
import type { SayDraft } from './say-reader.ts';
import type { SayContext } from './surface-reader.ts';

const answersMax = 12;

const labelLengthMax = 80;

export function readAnswers(found: Field | undefined, context: SayContext): SayDraft['answers'] {
  if (found === undefined || isEmpty(found.value)) return [];
  const { problems } = context.reading;
  const fields = readFields(found.value, '"answers"', null, problems, found.at);
  const all = [...(fields?.values() ?? [])];
  if (all.length > answersMax) problems.error('too-many', found.at, `a message has at most ${answersMax} answers`);
  return all.slice(0, answersMax).flatMap((each) => {
    const answer = readAnswer(each, context);
    return answer === null ? [] : [answer];
  });
}

const answerNames = ['label', 'then', 'positive', 'form', 'on', 'where', 'anyLine'];

/** Names by which an answer says no, unless it says otherwise itself. */
const decline = /^(no|not|decline|declined|later|refuse|cant|cannot|never|skip|none)([A-Z].*|$)/;

function readAnswer(found: Field, context: SayContext): SayDraft['answers'][number] | null {
  const { reading, scopes, next } = context;
  const { problems } = reading;
  if (!isName(found.name, authorNamePattern)) {
    problems.error(
      'bad-name',
      found.at,
      `"${found.name}" is no name for an answer`,
      'letters, digits and hyphens, a letter first',
    );
    return null;
  }
  const fields = readFields(found.value, `the answer "${found.name}"`, answerNames, problems, found.at);
  if (fields === null) return null;
  const labelField = fields.get('label');
  const onField = fields.get('on');
  if (labelField === undefined && onField === undefined) {
    problems.error(
      'missing',
      found.at,
      `the answer "${found.name}" has nothing to press and nothing to do`,
      'add label: "…", or on: with a fact',
    );
  }
  const label =
    labelField === undefined
      ? null
      : readLocalText(labelField, { scope: scopes.run, uses: scopes.asked, lengthMax: labelLengthMax }, reading);
  const on =
    onField === undefined ? null : readPattern(onField, fields, { scope: scopes.run, uses: scopes.asked }, reading);
  if (onField === undefined && (fields.has('where') || fields.has('anyLine'))) {
    problems.error('missing', found.at, 'a condition needs a fact to ask', 'add on: sale');
  }
  const then = next(fields.get('then'));
  const positiveField = fields.get('positive');
  const positive = positiveField === undefined ? null : readFlag(positiveField, '"positive"', problems);
  const answer: Planned<CompiledAnswer> = {
    name: found.name,
    label,
    on,
    then,
    positive: positive ?? (on !== null || !(decline.test(found.name) || then === 'end')),
    form: readForm(fields.get('form'), label, context),
  };
  return { at: found.at, hasThen: fields.has('then'), answer };
}

type FieldPlan = Planned<CompiledAnswer>['form'][number];

const kinds = ['text', 'number'] as const;
const fieldNames = ['label', 'kind', 'choices'];
const choicesMax = 32;

/** `answerLabel` tells in how many languages the dialogue speaks. */
function readForm(found: Field | undefined, answerLabel: PlannedRender | null, context: SayContext): FieldPlan[] {
  if (found === undefined) return [];
  const { problems } = context.reading;
  const fields = readFields(found.value, '"form"', null, problems, found.at);
  return [...(fields?.values() ?? [])].flatMap((each): FieldPlan[] => {
    if (!isName(each.name, stepNamePattern) || each.name === 'answer') {
      problems.error(
        'bad-name',
        each.at,
        `"${each.name}" is no name for a field`,
        'a small letter first, then letters and digits',
      );
      return [];
    }
    const field = isMap(each.value) ? readWordedField(each, context) : readPlainField(each, context);
    if (field !== null) warnOfLanguages(field, each, answerLabel, context);
    return field === null ? [] : [field];
  });
}

/** `size: text`, `cause: [service, price]` */
function readPlainField(found: Field, { reading }: SayContext): FieldPlan | null {
  if (isSeq(found.value)) return choiceField(found.name, null, readChoices(found, reading));
  const kind = readWord(found, `the field "${found.name}"`, kinds, reading.problems);
  return kind === null ? null : { name: found.name, kind, choices: [], label: null, choiceLabels: [] };
}

/** `size: { label: { en: "Which size?", de: "Welche Größe?" }, kind: number }` */
function readWordedField(found: Field, context: SayContext): FieldPlan | null {
  const { reading } = context;
  const fields = readFields(found.value, `the field "${found.name}"`, fieldNames, reading.problems, found.at);
  if (fields === null) return null;
  const labelField = fields.get('label');
  const label = labelField === undefined ? null : readLabel(labelField, context);
  const choices = fields.get('choices');
  if (choices !== undefined) {
    if (!isMap(choices.value)) return choiceField(found.name, label, readChoices(choices, reading));
    const named = [...(readFields(choices.value, '"choices"', null, reading.problems, choices.at)?.values() ?? [])];
    const labels = named.map((choice) => readLabel(choice, context));
    return {
      ...choiceField(
        found.name,
        label,
        named.map(({ name }) => name),
      ),
      choiceLabels: labels,
    };
  }
  const kindField = fields.get('kind');
  const kind = kindField === undefined ? 'text' : readWord(kindField, '"kind"', kinds, reading.problems);
  return kind === null ? null : { name: found.name, kind, choices: [], label, choiceLabels: [] };
}

function readLabel(found: Field, { reading, scopes }: SayContext): PlannedRender | null {
  return readLocalText(found, { scope: scopes.run, uses: scopes.asked, lengthMax: labelLengthMax }, reading);
}

function readChoices(found: Field, { problems }: SayContext['reading']): string[] {
  const choices = readItems(found.value).map((item) => textOf(item) ?? '');
  if (choices.length > choicesMax) problems.error('too-many', found.at, `a field has at most ${choicesMax} choices`);
  return choices.slice(0, choicesMax);
}

function choiceField(name: string, label: PlannedRender | null, choices: readonly string[]): FieldPlan {
  return { name, kind: 'choice', choices, label, choiceLabels: choices.map(() => null) };
}

/** A name is a word of one language, and is read by people of several. */
function warnOfLanguages(
  { name, label, choiceLabels = [] }: FieldPlan,
  { at }: Field,
  answerLabel: PlannedRender | null,
  { reading }: SayContext,
): void {
  const spoken = Object.keys(answerLabel?.$text.byLocale ?? {});
  if (spoken.length < 2) return;
  const example = `{ ${spoken.map((locale) => `${locale}: "…"`).join(', ')} }`;
  const says = (text: string, hint: string): void => reading.problems.warn('no-field-label', at, text, hint);
  if (!label) {
    says(`the field "${name}" is asked by its name, in every language`, `label: ${example}, beside kind: or choices:`);
  } else if (choiceLabels.some((one) => one === null)) {
    says(`choices of "${name}" are read as they are named, in every language`, `choices: { name: ${example}, … }`);
  }
}
