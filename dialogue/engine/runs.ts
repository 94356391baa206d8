/**
 * Questions about a person's runs that folding and deciding both ask.
 */
import type { Channel } from '@kairos/protocol/facts.ts';
import { messageId } from './ids.ts';
import { sayOf } from './plan.ts';
import type { Subject } from './subject.ts';
import type { MessageState, RunState } from './subject-state.ts';
import type { World } from './world.ts';

/** What follows her answer within this time is a reply to it, and no interruption. */
export const replyWithinMs = 30_000;

/** Her attention in the store is one thing: of these channels at most one speaks at a time. */
export function takesVoice(channel: Channel): boolean {
  return channel === 'cart' || channel === 'screen' || channel === 'handheld' || channel === 'pos';
}

/** Only while she is here. A receipt is handed over here, and speaks when she has it. */
export function isInStore(channel: Channel): boolean {
  return takesVoice(channel) || channel === 'receipt';
}

export function findRun(subject: Subject, id: string): RunState | null {
  for (const run of subject.state.runs) if (run.id === id) return run;
  return null;
}

export function runOfMessage(subject: Subject, message: string): RunState | null {
  for (const run of subject.state.runs) if (run.message?.id === message) return run;
  return null;
}

export function runOfTask(subject: Subject, task: string): RunState | null {
  for (const run of subject.state.runs) if (run.task?.id === task) return run;
  return null;
}

/** The id that the message of this step has, or will have once it is decided. */
export function messageIdOf(run: RunState): string {
  return run.message?.id ?? messageId(run.id, run.step, run.reached[run.step] ?? 1);
}

/** … or for her next visit. */
export function awaitsVisit(world: World, run: RunState): boolean {
  return !run.held && run.message === null && run.until === 0 && sayOf(world.planOf(run), run.step) !== null;
}

export function isSpeaking(message: MessageState | null): message is MessageState {
  // An errand of the house, begun while she was away, says nothing to her.
  return message !== null && message.withdrawnAt === 0 && takesVoice(message.channel) && message.context !== 'away';
}

export function isReply(run: RunState, at: number): boolean {
  return run.replyAt > 0 && at <= run.replyAt + replyWithinMs;
}
