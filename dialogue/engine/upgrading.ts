/**
 * What becomes of runs in flight when a release changes their dialogue: they stay on their version, move by mapped
 * step, begin again or leave (DESIGN section 4). Whom a release does not concern, and who is not in memory, meets it when
 * she is next heard of.
 */
import type { CompiledDialogue } from '../compiled.ts';
import type { Replaced } from './release-book.ts';
import { isLent } from './seat.ts';
import { withdraw } from './silence.ts';
import { speak } from './speaking.ts';
import { endRun, follow } from './stepping.ts';
import type { Subject } from './subject.ts';
import type { RunState } from './subject-state.ts';
import type { World } from './world.ts';

/** Those for whom another release changes anything meet it now, all others with their next fact. */
export function upgradeAll(world: World, replaced: Replaced): void {
  for (const subject of world.subjects.values()) {
    if (isConcerned(subject, replaced)) {
      if (replaced.isHouseAnother) subject.beginVisit();
      upgradeRuns(world, subject);
      subject.stir();
      if (subject.state.runs.length > 0) speak(world, subject);
    } else if (replaced.movesClocks) {
      subject.forgetClocks();
    } else {
      continue;
    }
    if (world.touched.at(-1) !== subject.id) world.touched.push(subject.id);
  }
}

/** Asked of everybody in memory, in the midst of a day: by place, which is fast from the first time on. */
function isConcerned({ state: { runs } }: Subject, { dialogues, isHouseAnother }: Replaced): boolean {
  if (isHouseAnother) return true;
  for (let at = 0; at < runs.length; at += 1) if (dialogues.has((runs[at] as RunState).dialogue)) return true;
  return false;
}

export function upgradeRuns(world: World, subject: Subject): void {
  const { release } = world.book;
  if (subject.upgradedTo === release) return;
  subject.meet(release);
  for (const run of [...subject.state.runs]) if (!isLent(world, subject, run)) upgrade(world, subject, run);
}

function upgrade(world: World, subject: Subject, run: RunState): void {
  const current = world.book.plan(run.dialogue);
  if (!current) {
    leave(world, subject, run);
    return;
  }
  if (current.from <= run.release || run.held) return;
  const { dialogue } = current;
  const step = stepIn(dialogue, run);
  switch (dialogue.upgrade.kind) {
    case 'stay':
      // Its own version is not at hand, and this one does not know the step.
      if (!world.planOf(run)?.dialogue.steps[run.step]) leave(world, subject, run);
      return;
    case 'leave':
      leave(world, subject, run);
      return;
    case 'restart':
      moveTo(world, subject, run, dialogue.first);
      return;
    case 'move':
      if (step === null) leave(world, subject, run);
      else if (step === run.step && isSameKind(world, run, dialogue)) adopt(world, subject, run);
      else moveTo(world, subject, run, step);
  }
}

/** Whether the step, which kept its name, still does what it did. */
function isSameKind(world: World, run: RunState, { steps }: CompiledDialogue): boolean {
  const before = world.planOf(run)?.dialogue.steps[run.step];
  return before?.verb === steps[run.step]?.verb;
}

/** Steps that are not mapped keep their name, if the new version has it. */
function stepIn({ upgrade: fate, steps }: CompiledDialogue, run: RunState): string | null {
  const mapped = fate.kind === 'move' ? fate.steps[run.step] : undefined;
  const step = mapped ?? run.step;
  return steps[step] || step === 'end' ? step : null;
}

/** Where it is, it goes on by the new version's words. */
function adopt(world: World, subject: Subject, run: RunState): void {
  const release = world.book.release.number;
  world.decide(subject, 'run.moved', { run: run.id, step: run.step, release });
}

function moveTo(world: World, subject: Subject, run: RunState, step: string): void {
  withdraw(world, subject, run, 'release');
  adopt(world, subject, run);
  follow(world, subject, run, step, 'release');
}

function leave(world: World, subject: Subject, run: RunState): void {
  withdraw(world, subject, run, 'release');
  endRun(world, subject, run, 'release');
}
