/**
 * The scopes within one dialogue: what `entry`, `answers` and `rewards` hold is declared by the dialogue itself, so its
 * ways of entering and its steps are looked over once before any condition is read.
 */
import { isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import type { ExpressionScope, Uses } from './cel/expression-scope.ts';
import {
  type FieldShape,
  field,
  isScalarShape,
  numberShape,
  type RecordShape,
  record,
  textShape,
} from './cel/shape.ts';
import type { HouseWords } from './house-words.ts';
import { type Fields, textOf } from './node-reader.ts';
import { rewardNameOf } from './step-reader.ts';

export interface DialogueScopes {
  /** Before a run: customer, visit, store, now, measures. */
  readonly base: ExpressionScope;
  /** Within a run, where no fact is being handled: texts, values, choices. */
  readonly run: ExpressionScope;
  /** What lets a run in, and whom: raises every message of the dialogue. */
  readonly trigger: Uses;
  /** All else that is asked; it raises nothing, and shares the entry's paths. */
  readonly asked: Uses;
  readonly entryPaths: Set<string>;
}

export function declareScopes(fields: Fields, words: HouseWords, variants: readonly string[] | null): DialogueScopes {
  const entryPaths = new Set<string>();
  const steps = pairsOf(fields.get('steps')?.value ?? null);
  const run: ExpressionScope = {
    ...words.base,
    entry: declareEntry(fields.get('enter')?.value ?? null, words),
    answers: declareAnswers(steps),
    rewards: declareRewards(steps),
    variants,
  };
  return {
    base: words.base,
    run,
    trigger: { entryPaths, sensitivity: 'public' },
    asked: { entryPaths, sensitivity: 'public' },
    entryPaths,
  };
}

/** The single values of every fact that may let a run in; those that only some of them have may be missing. */
function declareEntry(node: Node | null, words: HouseWords): RecordShape {
  const ways = isSeq(node) ? (node.items as Node[]) : node === null ? [] : [node];
  const records = ways.map((way) => entryOf(way, words));
  const names = new Set(records.flatMap((each) => Object.keys(each.fields)));
  const fields: Record<string, FieldShape> = { at: field(numberShape) };
  for (const name of names) {
    const found = records.flatMap((each) => each.fields[name] ?? []);
    const [first] = found as [FieldShape, ...FieldShape[]];
    fields[name] = found.length === records.length ? first : { ...first, optional: true };
  }
  return record(
    'what let her in',
    fields,
    records.some((each) => each.open),
  );
}

function entryOf(way: Node, words: HouseWords): RecordShape {
  const pairs = pairsOf(way);
  if (pairs.has('dwell')) {
    return record('a dwell', { zone: field({ kind: 'text', among: null, place: 'zone' }) });
  }
  const sequence = pairs.get('sequence');
  if (isSeq(sequence) && sequence.items.length > 0) return entryOf(sequence.items.at(-1) as Node, words);
  const type = ['on', 'first', 'count'].map((name) => textOf(pairs.get(name) ?? null)).find((name) => name !== null);
  const fact = type === undefined || type === null ? null : words.factShape(type);
  if (fact === null) return record('what let her in', {});
  const fields: Record<string, FieldShape> = {};
  for (const [name, part] of Object.entries(fact.fields)) if (isScalarShape(part.shape)) fields[name] = part;
  const asked = fact.fields.lines !== undefined && /\bline\./.test(textOf(pairs.get('where') ?? null) ?? '');
  if (pairs.has('anyLine') || asked || fact.fields.line !== undefined) {
    const line = Object.entries(words.lineShape.fields).filter(([, part]) => isScalarShape(part.shape));
    fields.line = field(record('the line that let her in', Object.fromEntries(line)));
  }
  return record(fact.name, fields, fact.open);
}

function declareAnswers(steps: ReadonlyMap<string, Node | null>): RecordShape {
  const fields: Record<string, FieldShape> = {};
  for (const [step, node] of steps) {
    const answers = pairsOf(pairsOf(pairsOf(node).get('say') ?? null).get('answers') ?? null);
    if (answers.size === 0) continue;
    const parts: Record<string, FieldShape> = {
      answer: field({ kind: 'text', among: [...answers.keys()], place: null }, true),
    };
    for (const answer of answers.values()) {
      for (const [name, form] of pairsOf(pairsOf(answer).get('form') ?? null)) parts[name] = formField(form);
    }
    fields[step] = field(record(`the answer to "${step}"`, parts));
  }
  return record('answers', fields);
}

function formField(node: Node | null): FieldShape {
  if (isSeq(node)) {
    const among = node.items.map((item) => textOf(item as Node) ?? '');
    return field({ kind: 'text', among, place: null }, true, 'near');
  }
  if (isMap(node)) {
    const worded = pairsOf(node);
    const choices = worded.get('choices') ?? null;
    if (isSeq(choices)) return formField(choices);
    if (isMap(choices)) return field({ kind: 'text', among: [...pairsOf(choices).keys()], place: null }, true, 'near');
    return formField(worded.get('kind') ?? null);
  }
  return field(textOf(node) === 'number' ? numberShape : textShape, true, 'near');
}

function declareRewards(steps: ReadonlyMap<string, Node | null>): RecordShape {
  const fields: Record<string, FieldShape> = {};
  for (const [step, node] of steps) {
    const inline = isMap(pairsOf(pairsOf(node).get('say') ?? null).get('with'));
    if (!pairsOf(node).has('reward') && !inline) continue;
    fields[inline ? rewardNameOf(step) : step] = field(
      record(`the reward "${step}"`, {
        value: field(numberShape, true, 'near'),
        until: field(numberShape, true, 'near'),
      }),
    );
  }
  return record('rewards', fields);
}

/** A map's names and values, without saying anything of what is wrong: that is the readers' business. */
export function pairsOf(node: Node | null): ReadonlyMap<string, Node | null> {
  if (!isMap(node)) return new Map();
  const pairs = (node.items as Pair[]).filter((pair) => isScalar(pair.key));
  return new Map(
    pairs.map((pair) => [String((pair.key as { value: unknown }).value), (pair.value ?? null) as Node | null]),
  );
}
