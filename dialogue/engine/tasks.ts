/**
 * Asking associates: a task nobody claims, a lease that runs out, a signature that does not come (DESIGN section 5).
 */
import { taskId } from './ids.ts';
import { sayOf } from './plan.ts';
import { messageIdOf } from './runs.ts';
import { surfaceOf, withdraw } from './silence.ts';
import { follow } from './stepping.ts';
import type { Subject } from './subject.ts';
import type { RunState } from './subject-state.ts';
import type { World } from './world.ts';

/** Its time is over: nobody took it, nobody signed, or the one who claimed it did not get to it. */
export function taskDue(world: World, subject: Subject, run: RunState): void {
  const { task } = run;
  if (!task) return;
  const { id, associate, kind } = task;
  const say = sayOf(world.planOf(run), run.step);
  const reason = associate === null ? ('unclaimed' as const) : ('expired' as const);
  world.decide(subject, 'task.released', { task: id, ...(associate === null ? {} : { associate }), reason });
  const surface =
    kind === 'approval' ? (say?.surfaces.find(({ approve }) => approve) ?? null) : surfaceOf(say, run.message);
  const next = kind === 'approval' ? surface?.approve?.else : surface?.to?.else;
  withdraw(world, subject, run, 'expired');
  follow(world, subject, run, next ?? 'end');
}

/** Handed back: somebody else may take it, as long as its time lasts. */
export function offerAgain(world: World, subject: Subject, run: RunState): void {
  const { task } = run;
  if (!task || task.deadline <= world.nowOf(subject)) return;
  const message = messageIdOf(run);
  const { kind, role, deadline, offers } = task;
  world.decide(subject, 'task.offered', {
    message,
    task: taskId(message, kind, offers + 1),
    ...(role === null ? {} : { role }),
    until: deadline,
  });
}
