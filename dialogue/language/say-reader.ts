/** Reads `say`: surfaces, answers and the four silences. */

import type { Channel } from '@kairos/protocol/facts.ts';
import { channels } from '@kairos/protocol/facts.ts';
import { isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import type { CompiledAnswer, CompiledSay, CompiledSilence, Span } from '../compiled.ts';
import { readLocalText } from './condition-reader.ts';
import {
  authorNamePattern,
  type Field,
  type Fields,
  isEmpty,
  placeOfField,
  readFields,
  readFlag,
  readItems,
  readSpan,
  readWhole,
  readWord,
  textOf,
} from './node-reader.ts';
import { readPattern } from './pattern-reader.ts';
import type { Planned } from './plan.ts';
import type { Place } from './problem.ts';
import { didYouMean } from './suggest.ts';
import { inStoreChannels, isChannel, readSurface, type SayContext, type SurfaceDraft } from './surface-reader.ts';
import { placeOf } from './yaml-source.ts';

const sayNames = ['on', 'validFor', 'answers', 'silence', 'with', ...channels];
const surfacesMax = 8;
const answersMax = 12;
const labelLengthMax = 80;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A say-step with what the later checks need. */
export interface SayDraft {
  readonly at: Place;
  readonly plan: Planned<CompiledSay>;
  readonly surfaces: readonly SurfaceDraft[];
  readonly answers: readonly {
    readonly at: Place;
    readonly hasThen: boolean;
    readonly answer: Planned<CompiledAnswer>;
  }[];
  /** Where each silence that the author has written stands. */
  readonly silences: ReadonlyMap<string, Place>;
  readonly withAt: Place | null;
}

export function readSay(found: Field, context: SayContext): SayDraft | null {
  const { problems } = context.reading;
  const fields = readFields(found.value, '"say"', sayNames, problems, found.at);
  if (fields === null) return null;
  const surfaces = readSurfaces(found, fields, context);
  const first = surfaces[0]?.surface.channel ?? 'cart';
  const answers = readAnswers(fields.get('answers'), context);
  const silence = readSilence(fields.get('silence'), first, context);
  const validField = fields.get('validFor');
  const valid = validField === undefined ? null : readSpan(validField, '"validFor"', problems);
  const withField = fields.get('with');
  const reward = withField === undefined ? null : textOf(withField.value);
  if (withField !== undefined && reward === null) {
    problems.error('expected-text', placeOfField(withField), '"with" names a step that is a reward', 'with: voucher');
  }
  const plan: Planned<CompiledSay> = {
    verb: 'say',
    surfaces: surfaces.map((each) => each.surface),
    validFor: valid ?? { ms: defaultValidMs(first) },
    answers: answers.map((each) => each.answer),
    silence: silence.plan,
    with: reward,
  };
  return { at: found.at, plan, surfaces, answers, silences: silence.written, withAt: withField?.at ?? null };
}

/** In a store a message is of the moment; a letter or a call has a week. */
function defaultValidMs(channel: Channel): number {
  return inStoreChannels.includes(channel) || channel === 'receipt' ? hourMs / 2 : 7 * dayMs;
}

function readSurfaces(say: Field, fields: Fields, context: SayContext): readonly SurfaceDraft[] {
  const { problems } = context.reading;
  const on = fields.get('on');
  const found = on === undefined ? [...fields.values()].filter((each) => isChannel(each.name)) : readOn(on, context);
  if (found.length === 0) {
    problems.error(
      'no-surface',
      say.at,
      'this message has no channel to speak on',
      `for example: cart: { text: "…" }; there is ${channels.join(', ')}`,
    );
  }
  if (found.length > surfacesMax) problems.error('too-many', say.at, `a message has at most ${surfacesMax} surfaces`);
  return found.slice(0, surfacesMax).flatMap((each) => {
    const draft = readSurface(each, context);
    return draft === null ? [] : [draft];
  });
}

/** `on:` is a list of channels with their words, first choice first. */
function readOn(on: Field, context: SayContext): readonly Field[] {
  const { problems } = context.reading;
  const nodes = isSeq(on.value) ? readItems(on.value) : isMap(on.value) ? [on.value] : [];
  if (nodes.length === 0)
    problems.error(
      'no-surface',
      placeOfField(on),
      '"on" lists the channels, each with its words',
      'on: [{ cart: { text: "…" } }]',
    );
  return nodes.flatMap((node) => readChannels(node as Node, context));
}

function readChannels(node: Node, { reading }: SayContext): readonly Field[] {
  if (!isMap(node)) {
    reading.problems.error('no-surface', placeOf(node), 'a channel stands with its words', 'cart: { text: "…" }');
    return [];
  }
  return (node.items as Pair[]).flatMap((pair) => {
    const key = pair.key as Node;
    const name = isScalar(key) ? String(key.value) : '';
    if (isChannel(name)) return [{ name, at: placeOf(key), value: (pair.value ?? null) as Node | null }];
    reading.problems.error(
      'unknown-channel',
      placeOf(key),
      `there is no channel "${name}"`,
      didYouMean(name, channels),
    );
    return [];
  });
}

function readAnswers(found: Field | undefined, context: SayContext): SayDraft['answers'] {
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
  if (!authorNamePattern.test(found.name)) {
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
    if (!/^[a-z][A-Za-z0-9]{0,39}$/.test(each.name) || each.name === 'answer') {
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

/** How long a message may stay without an answer, by channel, where the author does not say. */
const defaultIgnoredMs: Readonly<Record<Channel, number>> = {
  cart: 2 * 60_000,
  screen: 60_000,
  handheld: 10 * 60_000,
  pos: 5 * 60_000,
  receipt: 14 * dayMs,
  email: 7 * dayMs,
  call: 3 * dayMs,
  mail: 21 * dayMs,
  web: 14 * dayMs,
};
const againMax = 20;

function readSilence(
  found: Field | undefined,
  channel: Channel,
  context: SayContext,
): { plan: CompiledSilence; written: ReadonlyMap<string, Place> } {
  const { problems } = context.reading;
  const names = ['never-shown', 'ignored', 'walked-away', 'acted-elsewhere'];
  const fields = found === undefined ? null : readFields(found.value, '"silence"', names, problems, found.at);
  const written = new Map([...(fields?.values() ?? [])].map((each) => [each.name, each.at]));
  const plan: CompiledSilence = {
    neverShown: readNeverShown(fields?.get('never-shown'), context),
    ignored: readIgnored(fields?.get('ignored'), defaultIgnoredMs[channel], context),
    walkedAway: readPlain(fields?.get('walked-away'), context),
    actedElsewhere: readPlain(fields?.get('acted-elsewhere'), context),
  };
  return { plan, written };
}

function readNeverShown(found: Field | undefined, { reading, next }: SayContext): CompiledSilence['neverShown'] {
  if (found === undefined || textOf(found.value) !== null) return { again: null, max: 0, then: next(found) };
  const fields = readFields(found.value, '"never-shown"', ['again', 'max', 'then'], reading.problems, found.at);
  const againField = fields?.get('again');
  const again =
    againField === undefined ? null : readWord(againField, '"again"', ['next-visit'] as const, reading.problems);
  const maxField = fields?.get('max');
  const max = maxField === undefined ? 1 : (readWhole(maxField, '"max"', 1, againMax, reading.problems) ?? 1);
  return { again, max: again === null ? 0 : max, then: next(fields?.get('then')) };
}

function readIgnored(
  found: Field | undefined,
  otherwiseMs: number,
  { reading, next }: SayContext,
): CompiledSilence['ignored'] {
  const otherwise: Span = { ms: otherwiseMs };
  if (found === undefined || textOf(found.value) !== null) return { after: otherwise, then: next(found) };
  const fields = readFields(found.value, '"ignored"', ['after', 'then'], reading.problems, found.at);
  const afterField = fields?.get('after');
  const after = afterField === undefined ? null : readSpan(afterField, '"after"', reading.problems);
  return { after: after ?? otherwise, then: next(fields?.get('then')) };
}

function readPlain(found: Field | undefined, { reading, next }: SayContext): { then: string } {
  if (found === undefined || textOf(found.value) !== null) return { then: next(found) };
  const fields = readFields(found.value, `"${found.name}"`, ['then'], reading.problems, found.at);
  return { then: next(fields?.get('then')) };
}
