/**
 * What came from a device, as a batch whose facts can be judged one by one. A well-formed batch passes the schema in
 * one go; of any other, whatever can still be named by epoch and sequence is refused fact by fact, so that the device
 * hears of it and is not held up for ever.
 */
import {
  batchBytesMax,
  batchFactsMax,
  type DeviceFact,
  deviceBatch,
  deviceFact,
  type RejectReason,
} from '@kairos/protocol/device-facts.ts';
import { epochId, sequence as sequenceSchema } from '@kairos/protocol/names.ts';

export type OpenedFact =
  | {
      readonly kind: 'fact';
      readonly sequence: number;
      readonly ageMs: number;
      readonly type: string;
      readonly body: unknown;
    }
  | {
      readonly kind: 'refused';
      readonly sequence: number;
      readonly reason: RejectReason;
      readonly detail: string;
      readonly raw: unknown;
    };

export type OpenedBatch =
  | { readonly kind: 'batch'; readonly epoch: string; readonly oldest: number; readonly facts: readonly OpenedFact[] }
  | { readonly kind: 'refused'; readonly reason: RejectReason; readonly detail: string };

const detailLengthMax = 200;

/** Bytes from MQTT or HTTP; a value where the transport has parsed it already. Never throws. */
export function openBatch(payload: unknown): OpenedBatch {
  const isBytes = payload instanceof Uint8Array;
  let value = payload;
  if (isBytes) {
    try {
      value = JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8'));
    } catch (error) {
      return { kind: 'refused', reason: 'not-json', detail: short((error as Error).message) };
    }
  }
  const bytes = isBytes ? payload.byteLength : 0;
  if (bytes > batchBytesMax) {
    return salvage(value, { reason: 'too-large', detail: `${bytes} bytes; at most ${batchBytesMax}` });
  }
  const parsed = deviceBatch.safeParse(value);
  if (!parsed.success) return salvage(value, null);
  const { epoch, oldest, facts } = parsed.data;
  return { kind: 'batch', epoch, oldest, facts: inOrder(facts.map(asFact)) };
}

function asFact({
  sequence,
  ageMs,
  type,
  body,
}: {
  sequence: number;
  ageMs: number;
  type: string;
  body: unknown;
}): OpenedFact {
  return { kind: 'fact', sequence, ageMs, type, body };
}

/** `all`: why none of it is taken in, whatever its facts look like. */
function salvage(value: unknown, all: { reason: RejectReason; detail: string } | null): OpenedBatch {
  const outer = isRecord(value) ? value : {};
  const epoch = epochId.safeParse(outer.epoch);
  const oldest = sequenceSchema.safeParse(outer.oldest);
  const list: unknown[] = Array.isArray(outer.facts) ? outer.facts : [];
  const sequences = list.map((fact) => sequenceSchema.safeParse(isRecord(fact) ? fact.sequence : undefined));
  const isNamed = epoch.success && list.length > 0 && sequences.every((one) => one.success);
  const wrong = all ?? wrongWithBatch(outer, oldest.success, list.length);
  if (!isNamed) {
    return {
      kind: 'refused',
      reason: all?.reason ?? 'batch-shape',
      detail: short(wrong?.detail ?? 'epoch or sequence cannot be read'),
    };
  }
  const facts = list.map((raw, index): OpenedFact => {
    const sequence = sequences[index]?.data as number;
    if (wrong) return { kind: 'refused', sequence, reason: wrong.reason, detail: wrong.detail, raw };
    const parsed = deviceFact.safeParse(raw);
    if (parsed.success) return asFact(parsed.data as DeviceFact);
    return { kind: 'refused', sequence, reason: 'batch-shape', detail: issueText(parsed.error.issues), raw };
  });
  // Without a readable `oldest` the first of them is: the device has nothing older to say.
  const first = Math.min(...facts.map((fact) => fact.sequence));
  return { kind: 'batch', epoch: epoch.data, oldest: oldest.success ? oldest.data : first, facts: inOrder(facts) };
}

function wrongWithBatch(
  outer: Record<string, unknown>,
  isOldestReadable: boolean,
  facts: number,
): { reason: RejectReason; detail: string } | null {
  if (facts > batchFactsMax) return { reason: 'too-large', detail: `${facts} facts; at most ${batchFactsMax}` };
  if (!isOldestReadable) return { reason: 'batch-shape', detail: '"oldest" is no sequence' };
  const odd = Object.keys(outer).find((key) => key !== 'epoch' && key !== 'oldest' && key !== 'facts');
  return odd === undefined ? null : { reason: 'batch-shape', detail: `there is no "${odd}" in a batch` };
}

function inOrder(facts: readonly OpenedFact[]): readonly OpenedFact[] {
  const isOrdered = facts.every(
    (fact, index) => index === 0 || (facts[index - 1] as OpenedFact).sequence <= fact.sequence,
  );
  return isOrdered ? facts : facts.toSorted((one, other) => one.sequence - other.sequence);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** "lines.0.quantity: Invalid input …": where and what, never the value. */
export function issueText(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): string {
  const [first] = issues;
  if (!first) return '';
  const path = first.path.map(String).join('.');
  return short(path === '' ? first.message : `${path}: ${first.message}`);
}

function short(text: string): string {
  return text.length > detailLengthMax ? `${text.slice(0, detailLengthMax)}…` : text;
}
