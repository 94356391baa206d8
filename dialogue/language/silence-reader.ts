/** Reads the four silences of a message, and how long each channel waits for an answer. */
import type { Channel } from '@kairos/protocol/facts.ts';
import type { CompiledSilence, Span } from '../compiled.ts';
import { type Field, readFields, readSpan, readWhole, readWord, textOf } from './node-reader.ts';
import type { Place } from './problem.ts';
import type { SayContext } from './surface-reader.ts';

const dayMs = 86_400_000;

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

export function readSilence(
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
