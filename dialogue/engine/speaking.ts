/**
 * The one voice: of what waits for its moment, the best that may speak now speaks, and the ledger says why the others
 * did not (DESIGN section 5).
 */
import type { FactBody, Rival } from '@kairos/protocol/facts.ts';
import type { CompiledSurface } from '../compiled.ts';
import { type Candidate, type Judged, judge, stopOf } from '../moment/candidate.ts';
import { Mood } from '../moment/mood.ts';
import { glassMs, messageInZone } from '../moment/screen-turns.ts';
import { notByTime } from '../moment/stop.ts';
import { Worth } from '../moment/worth.ts';
import { taskId } from './ids.ts';
import { speechOf } from './plan.ts';
import { isReply, isSpeaking, messageIdOf, replyWithinMs, runOfMessage } from './runs.ts';
import { isLent } from './seat.ts';
import { withdraw } from './silence.ts';
import { giveReward } from './stepping.ts';
import type { Subject } from './subject.ts';
import type { RunState } from './subject-state.ts';
import type { World } from './world.ts';

/** Messages that one turn may begin for one person: letters, beside the one voice. */
const spokenPerTurnMax = 8;
const rivalsMax = 16;
const answerWithinMinMs = 1000;

export function speak(world: World, subject: Subject): void {
  if (!subject.isStirred && world.nowOf(subject) < subject.speaksFrom) return;
  for (let spoken = 0; spoken < spokenPerTurnMax; spoken += 1) {
    const candidates = candidatesOf(world, subject);
    if (candidates.length === 0) break;
    const mood = new Mood(world, subject);
    const judged = judgeAll(mood, candidates);
    const best = bestOf(mood, candidates, judged);
    const way = best === null ? givingWay(world, subject, candidates) : null;
    if (way !== null && canAnySpeak(way.judged)) {
      withdraw(world, subject, way.unseen, 'outranked');
      continue;
    }
    if (best === null) {
      subject.isStirred = false;
      subject.isGivingWay = way !== null;
      subject.speaksFrom = Math.min(soonest(judged), soonest(way?.judged ?? noneJudged));
      explain(mood, candidates, judged);
      return;
    }
    say(mood, best, rivalsOf(mood, best, { candidates, judged }));
  }
  subject.isStirred = false;
  subject.speaksFrom = notByTime;
  foreseeSpeaking(world, subject);
}

interface GivingWay {
  /** Whose message is spoken and has not been seen. */
  readonly unseen: RunState;
  /** What those before whom it would give way could do in its place. */
  readonly judged: readonly Judged[];
}

/**
 * A message that nobody has seen yet gives way to a reply, and to one of a higher class, that could speak in its place:
 * it is withdrawn, and waits for its moment again. What she reads already is left to her. Null: there is none of either.
 */
function givingWay(world: World, subject: Subject, candidates: readonly Candidate[]): GivingWay | null {
  const now = world.nowOf(subject);
  const unseen = subject.state.runs.find(isUnseen);
  const ownClass = unseen && world.planOf(unseen)?.dialogue.priority;
  if (unseen === undefined || ownClass === undefined) return null;
  // A reply gives way to none as long as it is one; then as others do.
  const from = isReply(unseen, now) ? unseen.replyAt + replyWithinMs + 1 : now;
  const higher = candidates.filter(({ plan, run }) => plan.dialogue.priority > ownClass || isReply(run, from));
  if (higher.length === 0) return null;
  if (from > now) return { unseen, judged: [{ kind: 'waits', stop: 'another-speaks', until: from }] };
  const mood = new Mood(world, subject, unseen);
  return { unseen, judged: judgeAll(mood, higher) };
}

/** Nor has anybody been asked to bring it: people are not called off for a better word. */
function isUnseen({ message, task }: RunState): boolean {
  return isSpeaking(message) && message.shownAt === 0 && task === null;
}

function canAnySpeak(judged: readonly Judged[]): boolean {
  return judged.some(({ kind }) => kind === 'speaks');
}

/** When the next waiting message could speak by the passing of time; decides nothing. */
export function foreseeSpeaking(world: World, subject: Subject): void {
  subject.isStirred = false;
  subject.speaksFrom = notByTime;
  subject.isGivingWay = false;
  const candidates = candidatesOf(world, subject);
  if (candidates.length === 0) return;
  const { input } = world;
  // At her own time, whatever the store has heard since of others.
  world.input = null;
  const mood = new Mood(world, subject);
  const judged = judgeAll(mood, candidates);
  const way = givingWay(world, subject, candidates);
  const others = way?.judged ?? noneJudged;
  world.input = input;
  subject.isGivingWay = way !== null;
  const isSoon = canAnySpeak(judged) || canAnySpeak(others);
  subject.speaksFrom = isSoon ? subject.state.at : Math.min(soonest(judged), soonest(others));
}

// These two are not frozen: the machine steps through a frozen list, and through any where one may be, by the slow way.
const noneJudged: readonly Judged[] = [];

function judgeAll(mood: Mood, candidates: readonly Candidate[]): readonly Judged[] {
  const judged: Judged[] = [];
  for (const candidate of candidates) judged.push(judge(mood, candidate));
  return judged;
}

const nobody: readonly Candidate[] = [];

/** Most of them waited already when this was asked last. */
function candidatesOf(world: World, subject: Subject): readonly Candidate[] {
  const { runs } = subject.state;
  let candidates: Candidate[] | null = null;
  for (const run of runs) {
    if (run.message !== null || run.until === 0 || run.held || isLent(world, subject, run)) continue;
    const candidate = knownCandidate(subject.waiting, run) ?? freshCandidate(world, run);
    if (candidate === null) continue;
    candidates ??= [];
    candidates.push(candidate);
  }
  subject.waiting = candidates ?? nobody;
  return subject.waiting;
}

function knownCandidate(waiting: readonly Candidate[], run: RunState): Candidate | null {
  for (const one of waiting) {
    if (one.run === run) return one.step === run.step && one.release === run.release ? one : null;
  }
  return null;
}

function freshCandidate(world: World, run: RunState): Candidate | null {
  const { step, release } = run;
  const plan = world.planOf(run);
  const speech = speechOf(plan, step);
  if (!plan || !speech) return null;
  const { say, terms, attempts } = speech;
  const { schedule, objective } = plan.dialogue;
  return { run, step, release, plan, say, terms, schedule, worth: new Worth(objective?.value ?? 0, attempts) };
}

interface Speaker {
  readonly candidate: Candidate;
  readonly surface: CompiledSurface;
  readonly target: string | null;
  readonly score: number;
}

/** She is answered first; then by class, then by what it is worth; never by chance. */
function bestOf(mood: Mood, candidates: readonly Candidate[], judged: readonly Judged[]): Speaker | null {
  let best = -1;
  let most = 0;
  for (let at = 0; at < judged.length; at += 1) {
    if ((judged[at] as Judged).kind !== 'speaks') continue;
    const candidate = candidates[at] as Candidate;
    const score = candidate.worth.score(mood);
    if (best >= 0 && byRank(mood, candidate, candidates[best] as Candidate, most - score) >= 0) continue;
    best = at;
    most = score;
  }
  const one = judged[best];
  if (one?.kind !== 'speaks') return null;
  const candidate = candidates[best] as Candidate;
  return { candidate, surface: candidate.say.surfaces[one.place] as CompiledSurface, target: one.target, score: most };
}

/** `less`: by how much it is worth less than the other. */
function byRank({ now }: Mood, { run, plan }: Candidate, other: Candidate, less: number): number {
  return (
    Number(isReply(other.run, now)) - Number(isReply(run, now)) ||
    other.plan.dialogue.priority - plan.dialogue.priority ||
    less ||
    (run.id < other.run.id ? -1 : 1)
  );
}

/** Those who did not speak, the best first. */
function rivalsOf(
  mood: Mood,
  best: Speaker,
  { candidates, judged }: { readonly candidates: readonly Candidate[]; readonly judged: readonly Judged[] },
): Rival[] {
  const rivals: { readonly id: string; readonly rival: Rival }[] = [];
  for (let at = 0; at < candidates.length; at += 1) {
    const candidate = candidates[at] as Candidate;
    const { id, dialogue, step } = candidate.run;
    if (candidate === best.candidate) continue;
    rivals.push({
      id,
      rival: { dialogue, step, score: candidate.worth.score(mood), stopped: stopOf(judged[at] as Judged) },
    });
  }
  rivals.sort((one, other) => other.rival.score - one.rival.score || (one.id < other.id ? -1 : 1));
  return rivals.slice(0, rivalsMax).map(({ rival }) => rival);
}

function say({ world, subject, context, now }: Mood, speaker: Speaker, rivals: Rival[]): void {
  const { candidate, surface, score } = speaker;
  const { run } = candidate;
  const message = messageIdOf(run);
  if (surface.approve !== null && !run.approved) {
    const until = world.calendar.add(now, surface.approve.within);
    const task = taskId(message, 'approval', 1);
    world.decide(subject, 'task.offered', { message, task, role: surface.approve.by, until });
    return;
  }
  const reward = candidate.say.with;
  if (reward !== null && run.rewards[reward] === undefined) giveReward(world, subject, run, reward);
  const within = Math.max(answerWithinMinMs, world.calendar.add(now, candidate.say.silence.ignored.after) - now);
  if (surface.channel === 'screen') clearScreens(world, speaker.target);
  const body: FactBody<'message.decided'> = {
    message,
    run: run.id,
    dialogue: run.dialogue,
    step: run.step,
    channel: surface.channel,
    validUntil: run.until,
    answerWithinMs: surface.channel === 'screen' ? glassMs(world.house, within) : within,
    score,
    context,
    rivals,
  };
  if (speaker.target !== null) body.target = speaker.target;
  world.decide(subject, 'message.decided', body);
  const chosen = { dialogue: run.dialogue, step: run.step, score };
  world.ledger.begin({ at: now, subject: subject.id, message, chosen });
  for (const rival of rivals) world.ledger.addRival(rival, rival.score, rival.stopped);
  // Off site it is a command that is claimed, with a list of its own.
  if (surface.to && world.options.seat !== 'headquarters') {
    const task = taskId(message, 'claim', 1);
    const until = now + surface.to.claimWithinMs;
    world.decide(subject, 'task.offered', { message, task, role: surface.to.role, until });
  }
}

/** What a lower class says to somebody else there is taken back, and waits for its moment again. */
function clearScreens(world: World, target: string | null): void {
  const zone = target === null ? undefined : world.zoneOfScreen.get(target);
  const shown = zone === undefined ? null : messageInZone(world, zone);
  const owner = shown && world.subjects.get(shown.subject);
  const run = owner ? runOfMessage(owner, shown.message) : null;
  if (owner && run) withdraw(world, owner, run, 'outranked');
}

/** Nobody speaks: the ledger is told once what stops each, and again when that changes. */
function explain(mood: Mood, candidates: readonly Candidate[], judged: readonly Judged[]): void {
  const { world, subject, now } = mood;
  if (!subject.areStopsNew(candidates, judged)) return;
  const { ledger } = world;
  ledger.begin({ at: now, subject: subject.id, message: null, chosen: null });
  for (let at = 0; at < candidates.length; at += 1) {
    const candidate = candidates[at] as Candidate;
    ledger.addRival(candidate.run, candidate.worth.score(mood), stopOf(judged[at] as Judged));
  }
}

function soonest(judged: readonly Judged[]): number {
  let until = notByTime;
  for (const one of judged) if (one.kind === 'waits' && one.until < until) until = one.until;
  return until;
}
