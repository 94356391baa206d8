/**
 * Ids that follow from what led to them, so that after a crash the same facts give the same runs and messages and a
 * screen drops the second (DESIGN section 3). Never made of journal numbers or of wall time.
 */
import type { Fact } from '@kairos/protocol/facts.ts';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** 80 bits: no two of a store's in a lifetime of stores. */
const idBytes = 10;
/** Stands in no name and in no key that a person would write. */
const separator = '\u001f';

function deriveId(parts: readonly string[]): string {
  return bytesToHex(sha256(utf8ToBytes(parts.join(separator))).subarray(0, idBytes));
}

/** `owner`: her chain-wide id, or the visit of a guest. `cause`: of `causeOf`, or the clock's own. */
export function runId(run: { dialogue: string; owner: string; key: string | null; cause: string }): string {
  return deriveId(['run', run.dialogue, run.owner, run.key ?? '', run.cause]);
}

/** `time`: how many times the run has come to this step, this one included. */
export function messageId(run: string, step: string, time: number): string {
  return deriveId(['message', run, step, String(time)]);
}

/** `kind`: claim, approval; `time`: how often it was offered for this message. */
export function taskId(message: string, kind: string, time: number): string {
  return deriveId(['task', message, kind, String(time)]);
}

export function rewardId(run: string, step: string, time: number): string {
  return deriveId(['reward', run, step, String(time)]);
}

/** What a fact is known by outside this journal: its source, or what it is about where the store itself made it. */
export function causeOf(fact: Fact): string {
  if (fact.source) return `${fact.source.device}/${fact.source.epoch}/${fact.source.sequence}`;
  const body = fact.body as { visit?: string; message?: string; task?: string; run?: string };
  const about = body.visit ?? body.message ?? body.task ?? body.run;
  return about === undefined ? `${fact.type}/${fact.at}` : `${fact.type}/${about}`;
}
