/**
 * The one voice: of what waits for its moment, the best that may speak now speaks, and the ledger says why the others
 * did not (DESIGN section 5).
 */
import type { Rival } from '@kairos/protocol/facts.ts';
import { type Judged, judge, type Speaker } from '../moment/candidate.ts';
import { notByTime } from '../moment/stop.ts';
import { taskId } from './ids.ts';
import { sayOf } from './plan.ts';
import { messageIdOf, speakingRun, takesVoice } from './runs.ts';
import { giveReward } from './stepping.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

/** Messages that one turn may begin for one person: letters, beside the one voice. */
const spokenPerTurnMax = 8;
const rivalsMax = 16;
const answerWithinMinMs = 1000;

export function speak(world: World, subject: Subject): void {
  if (!subject.isStirred && world.nowOf(subject) < subject.speaksFrom) return;
  for (let spoken = 0; spoken < spokenPerTurnMax; spoken += 1) {
    const judged = judgeAll(world, subject);
    const best = judged.filter(isSpeaker).sort(byRank)[0];
    if (!best) {
      settle(world, subject, judged);
      return;
    }
    say(
      world,
      subject,
      best,
      judged
        .filter((one) => one !== best)
        .sort(byScore)
        .slice(0, rivalsMax)
        .map(rivalOf),
    );
  }
  settle(world, subject, judgeAll(world, subject));
}

/** When the next waiting message could speak by the passing of time; decides nothing. */
export function foreseeSpeaking(world: World, subject: Subject): void {
  const { input } = world;
  // At her own time, whatever the store has heard since of others.
  world.input = null;
  const judged = judgeAll(world, subject);
  world.input = input;
  subject.speaksFrom = judged.some(isSpeaker) ? subject.state.at : soonest(judged);
  subject.isStirred = false;
}

function judgeAll(world: World, subject: Subject): Judged[] {
  const judged: Judged[] = [];
  const isTaken = speakingRun(subject) !== null;
  for (const run of subject.state.runs) {
    if (run.held || run.message !== null || run.until === 0) continue;
    const plan = world.planOf(run);
    const found = sayOf(plan, run.step);
    if (!plan || !found) continue;
    const one = judge(world, subject, { run, plan, say: found });
    const isMute = isTaken && one.kind === 'speaks' && takesVoice(one.surface.channel);
    judged.push(isMute ? { ...one, kind: 'waits', stop: 'another-speaks', until: notByTime } : one);
  }
  return judged;
}

function isSpeaker(judged: Judged): judged is Judged & { kind: 'speaks' } {
  return judged.kind === 'speaks';
}

/** She is answered first; then by class, then by what it is worth; never by chance. */
function byRank(one: Judged, other: Judged): number {
  return (
    Number(other.isReply) - Number(one.isReply) ||
    other.plan.dialogue.priority - one.plan.dialogue.priority ||
    byScore(one, other)
  );
}

function byScore(one: Judged, other: Judged): number {
  return other.score - one.score || (one.run.id < other.run.id ? -1 : 1);
}

function rivalOf(judged: Judged): Rival {
  const { run, score } = judged;
  return {
    dialogue: run.dialogue,
    step: run.step,
    score,
    stopped: judged.kind === 'waits' ? judged.stop : 'outranked',
  };
}

function say(world: World, subject: Subject, speaker: Speaker, rivals: Rival[]): void {
  const { run, surface, context, score } = speaker;
  const now = world.nowOf(subject);
  const message = messageIdOf(run);
  if (surface.approve !== null && !run.approved) {
    const until = world.calendar.add(now, surface.approve.within);
    const task = taskId(message, 'approval', 1);
    world.decide(subject, 'task.offered', { message, task, role: surface.approve.by, until });
    return;
  }
  const reward = speaker.say.with;
  if (reward !== null && run.rewards[reward] === undefined) giveReward(world, subject, run, reward);
  const { ignored } = speaker.say.silence;
  world.decide(subject, 'message.decided', {
    message,
    run: run.id,
    dialogue: run.dialogue,
    step: run.step,
    channel: surface.channel,
    ...(speaker.target === null ? {} : { target: speaker.target }),
    validUntil: run.until,
    answerWithinMs: Math.max(answerWithinMinMs, world.calendar.add(now, ignored.after) - now),
    score,
    context,
    rivals,
  });
  world.ledger.note({
    at: now,
    subject: subject.id,
    message,
    chosen: { dialogue: run.dialogue, step: run.step, score },
    rivals,
  });
  if (surface.to) {
    const task = taskId(message, 'claim', 1);
    world.decide(subject, 'task.offered', {
      message,
      task,
      role: surface.to.role,
      until: now + surface.to.claimWithinMs,
    });
  }
}

function settle(world: World, subject: Subject, judged: readonly Judged[]): void {
  subject.isStirred = false;
  subject.speaksFrom = soonest(judged);
  const stopped = judged.map((one) => `${one.run.id} ${one.kind === 'waits' ? one.stop : ''}`).join();
  if (stopped === subject.lastStopped) return;
  subject.lastStopped = stopped;
  if (judged.length === 0) return;
  const rivals = [...judged].sort(byScore).slice(0, rivalsMax).map(rivalOf);
  world.ledger.note({ at: world.nowOf(subject), subject: subject.id, message: null, chosen: null, rivals });
}

function soonest(judged: readonly Judged[]): number {
  let until = notByTime;
  for (const one of judged) if (one.kind === 'waits') until = Math.min(until, one.until);
  return until;
}
