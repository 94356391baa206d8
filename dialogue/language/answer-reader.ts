/** Reads the answers to a message: something to press, with a form where one is wanted, or something to do. */
import { isSeq } from 'yaml';
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
import type { Planned } from './plan.ts';
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
    form: readForm(fields.get('form'), context),
  };
  return { at: found.at, hasThen: fields.has('then'), answer };
}

function readForm(found: Field | undefined, { reading }: SayContext): CompiledAnswer['form'] {
  if (found === undefined) return [];
  const { problems } = reading;
  const fields = readFields(found.value, '"form"', null, problems, found.at);
  return [...(fields?.values() ?? [])].flatMap((each): CompiledAnswer['form'] => {
    if (!isName(each.name, stepNamePattern) || each.name === 'answer') {
      problems.error(
        'bad-name',
        each.at,
        `"${each.name}" is no name for a field`,
        'a small letter first, then letters and digits',
      );
      return [];
    }
    if (isSeq(each.value)) {
      const choices = readItems(each.value).map((item) => textOf(item) ?? '');
      return [{ name: each.name, kind: 'choice' as const, choices }];
    }
    const kind = readWord(each, `the field "${each.name}"`, ['text', 'number'] as const, problems);
    return kind === null ? [] : [{ name: each.name, kind, choices: [] }];
  });
}
