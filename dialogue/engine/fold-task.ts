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
    if (!task || task.associate !== null) return;
    task.associate = body.associate;
    task.until = body.until;
    setDutyTask(world, body.associate, body.task);
    subject.stir();
  },
  'task.released': (world, subject, body) => {
    const run = runOfTask(subject, body.task);
    if (!run?.task) return;
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
