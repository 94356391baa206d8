/**
 * What is asked of associates, folded: offered, claimed (a lease with one winner), done, released.
 */
import { askedWithinMs, isFreeFor } from '../moment/reach.ts';
import type { Folds } from './fold.ts';
import { messageIdOf, runOfTask } from './runs.ts';
import type { Subject } from './subject.ts';
import type { TaskState } from './subject-state.ts';
import type { World } from './world.ts';

export const taskFolds = {
  'task.offered': (world, subject, body) => {
    const run = subject.state.runs.find((one) => one.step !== '' && messageIdOf(one) === body.message);
    if (!run) return;
    const until = body.until ?? 0;
    if (run.task) world.subjectOfTask.delete(run.task.id);
    else noteAsked(world, subject, body.role ?? null);
    run.task = {
      id: body.task,
      kind: run.message ? 'claim' : 'approval',
      offers: (run.task?.offers ?? 0) + 1,
      role: body.role ?? null,
      until,
      deadline: until,
      associate: null,
    };
    world.subjectOfTask.set(body.task, subject.id);
    subject.stir();
  },
  'task.claimed': (world, subject, body) => {
    const task = runOfTask(subject, body.task)?.task;
    if (!task) {
      // A shopper's call is no dialogue's, and takes up whoever goes to her all the same.
      if (body.task.startsWith(helpPrefix)) setDutyTask(world, body.associate, body.task);
      return;
    }
    if (task.associate !== null) return;
    task.associate = body.associate;
    task.until = body.until;
    setDutyTask(world, body.associate, body.task);
    subject.stir();
  },
  'task.released': (world, subject, body) => {
    const run = runOfTask(subject, body.task);
    if (!run?.task) {
      freeWhoHad(world, body.task);
      return;
    }
    if (body.reason === 'refused' || body.reason === 'signed-off') {
      leaveToOthers(world, run.task);
    } else {
      world.subjectOfTask.delete(body.task);
      leaveToOthers(world, run.task);
      run.task = null;
    }
    subject.stir();
  },
} satisfies Folds;

/** Tasks of a shopper's own call for somebody; no run knows them. */
const helpPrefix = 'help-';

/** What no run knows is over, or was never a run's: whoever had it has a hand free. */
export function freeWhoHad(world: World, task: string): void {
  const associate = holderOf(world, task);
  if (associate !== null) setDutyTask(world, associate, null);
}

/** Who has claimed it and is not done; null: nobody on duty. */
export function holderOf({ store }: World, task: string): string | null {
  for (const [associate, duty] of Object.entries(store.duty)) if (duty.task === task) return associate;
  return null;
}

/** Those who were there to be asked have been: an associate's attention is bounded as well. */
function noteAsked(world: World, { state }: Subject, role: string | null): void {
  const at = world.input?.at ?? state.at;
  for (const duty of Object.values(world.store.duty)) {
    if (!isFreeFor(duty, role, { zone: state.visit?.zone ?? null, now: at })) continue;
    duty.asked = [...duty.asked.filter((asked) => asked > at - askedWithinMs), at];
  }
}

/** Who had it is free again; it may still be taken by somebody else, as long as it could be at all. */
export function leaveToOthers(world: World, task: TaskState): void {
  if (task.associate !== null) setDutyTask(world, task.associate, null);
  task.associate = null;
  task.until = task.deadline;
}

function setDutyTask(world: World, associate: string, task: string | null): void {
  const duty = world.store.duty[associate];
  if (duty) duty.task = task;
}
