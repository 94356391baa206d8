/**
 * An answer that comes when its silence has already led on (DESIGN section 6): it takes the branch that the message
 * declares as `late`, once, as long as the run is on its way. Nothing that was carried out is undone.
 */
import type { CompiledSay, Next } from '../compiled.ts';
import { messageId } from './ids.ts';
import { answerOf } from './plan.ts';
import type { Subject } from './subject.ts';
import type { RunState } from './subject-state.ts';
import type { World } from './world.ts';

export interface LateAnswer {
  readonly run: RunState;
  /** Where the message was said that is answered now. */
  readonly step: string;
  readonly then: Next;
}

/** Which run it is late for; null: for none, or nothing follows from it. Asked before the answer is folded. */
export function lateAnswerOf(world: World, subject: Subject, message: string, answer: string): LateAnswer | null {
  const run = subject.state.runs.find(({ id, held }) => !held && message.startsWith(`${id}-`));
  if (run === undefined || run.message?.id === message) return null;
  const time = Number(message.slice(message.lastIndexOf('-') + 1));
  for (const [name, step] of Object.entries(world.planOf(run)?.dialogue.steps ?? {})) {
    if (step.verb !== 'say' || messageId(run.id, name, time) !== message) continue;
    return isOver(run, name, time) && isNew(run, name, step, answer)
      ? { run, step: name, then: step.late as Next }
      : null;
  }
  return null;
}

/** What waits for its moment under this id has not been said yet. */
function isOver({ step, reached }: RunState, name: string, time: number): boolean {
  return step === name ? time < (reached[name] ?? 0) : time <= (reached[name] ?? 0);
}

function isNew({ answers }: RunState, name: string, step: CompiledSay, answer: string): boolean {
  return step.late !== null && answers[name] === undefined && answerOf(step, answer) !== null;
}

/** What was asked of an associate is known by its message: the task's id begins with it. */
export function messageOfTask(task: string): string {
  return task.slice(0, task.lastIndexOf('-'));
}
