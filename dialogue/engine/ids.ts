/**
 * Ids that follow from what led to them, so that after a crash the same facts give the same runs and messages and a
 * screen drops the second (DESIGN section 3). Never made of journal numbers or of wall time.
 *
 * Only a run's id is hashed. What a run says, asks for and gives is named after it: who reads a journal sees what
 * belongs together.
 */
import type { Fact } from '@kairos/protocol/facts.ts';
import { createHash } from './text-hash.ts';

/** 80 bits: no two of a store's in a lifetime of stores. */
const runBytes = 10;

const hash = createHash();
const codeOfDigit = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
/** Of the id that is being made. */
const digits: number[] = Array.from({ length: 2 * runBytes }, () => 0);

/** `owner`: her chain-wide id, or the visit of a guest. `cause`: of `causeOf`, or the clock's own. */
export function runId(run: { dialogue: string; owner: string; key: string | null; cause: string }): string {
  const digest = hash(['run', run.dialogue, run.owner, run.key ?? '', run.cause]);
  for (let at = 0; at < runBytes; at += 1) {
    const byte = digest[at] as number;
    digits[2 * at] = codeOfDigit[byte >> 4] as number;
    digits[2 * at + 1] = codeOfDigit[byte & 15] as number;
  }
  // In one piece: a text that is put together of pieces is compared and looked up piece by piece.
  return String.fromCharCode.apply(null, digits);
}

/** `time`: how many times the run has come to this step, this one included. */
export function messageId(run: string, step: string, time: number): string {
  return `${run}-${printOf(step)}-${time}`;
}

/** `time`: how often it was offered for this message. */
export function taskId(message: string, kind: 'claim' | 'approval', time: number): string {
  return `${message}-${kind.charAt(0)}${time}`;
}

export function rewardId(run: string, step: string, time: number): string {
  return `${run}-r${printOf(step)}-${time}`;
}

/** What a fact is known by outside this journal: its source, or what it is about where the store itself made it. */
export function causeOf(fact: Fact): string {
  if (fact.source) return `${fact.source.device}/${fact.source.epoch}/${fact.source.sequence}`;
  const body = fact.body as { visit?: string; message?: string; task?: string; run?: string };
  const about = body.visit ?? body.message ?? body.task ?? body.run;
  return about === undefined ? `${fact.type}/${fact.at}` : `${fact.type}/${about}`;
}

/**
 * A step's name in the letters of ids (small ones and digits): 32 bits of FNV-1a, enough to tell the steps of one run
 * apart.
 */
function printOf(step: string): string {
  let print = 0x811c9dc5;
  for (let at = 0; at < step.length; at += 1) print = Math.imul(print ^ step.charCodeAt(at), 0x01000193);
  return (print >>> 0).toString(36);
}
