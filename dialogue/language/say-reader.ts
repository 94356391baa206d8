/** Reads `say`: surfaces, answers and the four silences. */

import type { Channel } from '@kairos/protocol/facts.ts';
import { channels } from '@kairos/protocol/facts.ts';
import { isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import type { CompiledAnswer, CompiledSay } from '../compiled.ts';
import { readAnswers } from './answer-reader.ts';
import { type Field, type Fields, placeOfField, readFields, readItems, readSpan, textOf } from './node-reader.ts';
import type { Planned } from './plan.ts';
import type { Place } from './problem.ts';
import { readSilence } from './silence-reader.ts';
import { didYouMean } from './suggest.ts';
import { inStoreChannels, isChannel, readSurface, type SayContext, type SurfaceDraft } from './surface-reader.ts';
import { placeOf } from './yaml-source.ts';

const sayNames = ['on', 'validFor', 'answers', 'silence', 'late', 'with', ...channels];

const surfacesMax = 8;

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
  /** A reward written within the message, still to be read as a step. */
  readonly inlineReward: Field | null;
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
  const lateField = fields.get('late');
  const withField = fields.get('with');
  const inline = withField !== undefined && isMap(withField.value) ? withField : null;
  const reward = withField === undefined ? null : inline === null ? textOf(withField.value) : context.rewardName;
  if (withField !== undefined && reward === null) {
    problems.error('expected-text', placeOfField(withField), '"with" names a step that is a reward', 'with: voucher');
  }
  const plan: Planned<CompiledSay> = {
    verb: 'say',
    surfaces: surfaces.map((each) => each.surface),
    validFor: valid ?? { ms: defaultValidMs(first) },
    answers: answers.map((each) => each.answer),
    silence: silence.plan,
    late: lateField === undefined ? null : context.next(lateField),
    with: reward,
  };
  return {
    at: found.at,
    plan,
    surfaces,
    answers,
    silences: silence.written,
    withAt: withField?.at ?? null,
    inlineReward: inline,
  };
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
