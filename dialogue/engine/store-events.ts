/**
 * What a fact about the store means for those in it: a screen that can be reached again, a pause that begins or ends,
 * somebody who is on duty now.
 */
import type { Fact } from '@kairos/protocol/facts.ts';
import { pauseOfChannel, pauseOfDialogue } from './pauses.ts';
import { isSpeaking } from './runs.ts';
import { fallSilent, withdraw } from './silence.ts';
import { speak } from './speaking.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

export function reconsider(world: World, fact: Fact): void {
  switch (fact.type) {
    case 'screen.changed':
      if (fact.body.state === 'dark') reportUnseen(world, fact.body.screen);
      else if (fact.body.state === 'connected') forThoseAt(world, fact.body.screen);
      return;
    case 'lane.cleared':
      forThoseAt(world, fact.body.till);
      return;
    case 'pause.changed':
      if (fact.body.paused) takeBackPaused(world);
      else forAll(world);
      return;
    default:
      forAll(world);
  }
}

/** The screen says itself that nobody can see it: what it was to show was never shown. */
function reportUnseen(world: World, screen: string): void {
  const shown = world.shownOn.get(screen);
  const subject = shown && world.subjects.get(shown.subject);
  const run = subject?.state.runs.find(({ message }) => message?.id === shown?.message);
  if (!subject || !run || run.message?.shownAt !== 0) return;
  withdraw(world, subject, run, 'expired');
  fallSilent(world, subject, run, 'never-shown');
  world.touch(subject.id);
  speak(world, subject);
}

function forThoseAt(world: World, screen: string): void {
  const zone = world.zoneOfScreen.get(screen);
  const onCart = world.subjectOfCart.get(screen);
  for (const subject of world.present) {
    const { visit } = subject.state;
    const isThere =
      subject.id === onCart ||
      visit?.till === screen ||
      (visit !== null && visit.zone === (zone ?? world.places.tills[screen]));
    if (isThere) reconsiderOne(world, subject);
  }
}

/** Turns that one fact may bring about on a zone's screens; what is left has its timers. */
const turnsMax = 8;

/**
 * The screens of a zone say something else: who waits for them there is considered again, the highest class first, and
 * of equals the one who has been there longest.
 */
export function giveTurns(world: World): void {
  for (let turns = 0; turns < turnsMax && world.changedScreens.size > 0; turns += 1) {
    const zones = [...world.changedScreens];
    world.changedScreens.clear();
    const there = [...world.present].filter(({ state }) => zones.includes(state.visit?.zone ?? ''));
    const waiting = there.map((subject) => ({ subject, class: classOf(world, subject) }));
    waiting.sort((one, other) => other.class - one.class || byComing(one.subject, other.subject));
    for (const { subject } of waiting) reconsiderOne(world, subject);
  }
}

function byComing({ id, state }: Subject, other: Subject): number {
  return (state.visit?.zoneAt ?? 0) - (other.state.visit?.zoneAt ?? 0) || id - other.id;
}

/** The highest of what waits to be said to her; 0: nothing does. */
function classOf(world: World, { state }: Subject): number {
  let highest = 0;
  for (const run of state.runs) {
    const priority = run.message === null && run.until > 0 ? (world.planOf(run)?.dialogue.priority ?? 0) : 0;
    highest = Math.max(highest, priority);
  }
  return highest;
}

function forAll(world: World): void {
  for (const subject of world.subjects.values()) reconsiderOne(world, subject);
}

function takeBackPaused(world: World): void {
  const { store } = world;
  for (const subject of world.subjects.values()) {
    for (const run of [...subject.state.runs]) {
      const { message, dialogue, task } = run;
      if (!isSpeaking(message)) continue;
      // A channel that rests asks nobody anew; who is on her way already goes on.
      const isUnderWay = task !== null && task.associate !== null;
      const now = world.nowOf(subject);
      const pause =
        pauseOfDialogue(store, dialogue, now) ?? (isUnderWay ? null : pauseOfChannel(store, message.channel, now));
      if (pause !== null) withdraw(world, subject, run, 'paused');
    }
    reconsiderOne(world, subject);
  }
}

function reconsiderOne(world: World, subject: Subject): void {
  if (subject.state.runs.length === 0) return;
  subject.stir();
  speak(world, subject);
  world.touch(subject.id);
}
