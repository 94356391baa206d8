/**
 * What must hold of a zone's screens on every recorded day, read off facts and decisions alone: one message at a time,
 * taken away only by a higher class and never as soon as it is seen, and no more of an hour than the house allows.
 */
import type { Fact } from '@kairos/protocol/facts.ts';
import { glassMinMs } from '../moment/screen-turns.ts';
import { follow, is, type Recorded, type Rule } from './day-rules.ts';
import { floorPlaces } from './shop-floor.ts';

const hourMs = 3_600_000;
/** A report of a paint may make it so much older than it was known to be. */
const reportMs = 4_000;

interface OnGlass {
  readonly zone: string;
  readonly priority: number;
}

function glassOf({ body }: Fact & { type: 'message.decided' }, { release }: Recorded): OnGlass | null {
  const zone = body.channel === 'screen' ? floorPlaces.screens[body.target ?? ''] : undefined;
  const plan = release.dialogues.find(({ name }) => name === body.dialogue);
  return zone === undefined || !plan ? null : { zone, priority: plan.priority };
}

/** DESIGN section 5: the screens of a zone are one voice; a higher class takes them. */
const screensTakeTurns: Rule = (day) => {
  const broken: string[] = [];
  const glass = new Map<string, OnGlass>();
  let taken: (OnGlass & { readonly cause: number | null; readonly seq: number }) | null = null;
  follow(day, ({ fact, messages }) => {
    if (taken !== null && fact.cause !== taken.cause) {
      broken.push(`${taken.seq}: taken from the screens for nobody`);
      taken = null;
    }
    if (is(fact, 'message.withdrawn') && fact.body.reason === 'outranked') {
      const own = glass.get(fact.body.message);
      const shownAt = messages.get(fact.body.message)?.shownAt ?? 0;
      if (own && shownAt > 0 && fact.at < shownAt + glassMinMs) broken.push(`${fact.seq}: taken as soon as it is seen`);
      if (own && shownAt > 0) taken = { ...own, cause: fact.cause, seq: fact.seq };
    }
    const own = is(fact, 'message.decided') ? glassOf(fact, day) : null;
    if (!is(fact, 'message.decided') || own === null) return;
    for (const [message, { zone }] of glass) {
      const spoken = messages.get(message);
      if (zone === own.zone && spoken && spoken.withdrawnAt === 0 && !spoken.over)
        broken.push(`${fact.seq}: ${fact.body.message} is on the screens while ${message} is`);
    }
    if (taken?.zone === own.zone) {
      if (own.priority <= taken.priority) broken.push(`${fact.seq}: taken by an equal`);
      taken = null;
    }
    glass.set(fact.body.message, own);
  });
  return broken;
};

interface Play {
  readonly zone: string;
  readonly message: string;
  from: number;
  to: number;
}

/** house.yaml, `screens`. */
const screensKeepTheHour: Rule = (day) => {
  const { playsPerHour = null, shareOfHour = null } = day.release.house.screens ?? {};
  const broken: string[] = [];
  const plays: Play[] = [];
  const zones = new Map<string, string>();
  follow(day, ({ fact, messages }) => {
    const zone = zones.get((fact.body as { message?: string }).message ?? '');
    const spoken = messages.get((fact.body as { message?: string }).message ?? '');
    for (const play of plays) {
      const standing = messages.get(play.message);
      if (standing && standing.withdrawnAt === 0 && !standing.over) play.to = fact.at;
    }
    if (is(fact, 'message.shown') && zone !== undefined && spoken && !spoken.over && spoken.withdrawnAt === 0) {
      const known = plays.find(({ message }) => message === fact.body.message);
      if (known) known.from = Math.min(known.from, fact.at);
      else plays.push({ zone, message: fact.body.message, from: fact.at, to: fact.at });
    }
    const own = is(fact, 'message.decided') ? glassOf(fact, day) : null;
    if (!is(fact, 'message.decided') || own === null) return;
    zones.set(fact.body.message, own.zone);
    const before = plays.filter((play) => play.zone === own.zone && play.from > fact.at - hourMs);
    if (playsPerHour !== null && before.length >= playsPerHour)
      broken.push(`${fact.seq}: more than ${playsPerHour} plays within an hour`);
  });
  if (shareOfHour === null) return broken;
  for (const { zone, message, to } of plays) {
    const shown = plays
      .filter((play) => play.zone === zone)
      .reduce((sum, play) => sum + Math.max(0, Math.min(play.to, to) - Math.max(play.from, to - hourMs)), 0);
    const most = (shareOfHour * hourMs) / 10_000;
    if (shown > most + reportMs) broken.push(`${message}: ${shown} ms of its hour, of ${most}`);
  }
  return broken;
};

export const screenRules: Readonly<Record<string, Rule>> = { screensTakeTurns, screensKeepTheHour };
