/**
 * What must hold of every recorded day, whatever was written and whatever happened, read off facts and decisions alone:
 * one voice, messages that perish, endings that are endings, budgets, pauses, holdouts, and waits that are waited for.
 * Each rule returns what breaks it, in words; nothing where it holds.
 */
import type { Channel, Fact, FactOf, FactType } from '@kairos/protocol/facts.ts';
import type { CompiledDialogue, CompiledRelease } from '../compiled.ts';
import { replyWithinMs } from '../engine/runs.ts';

export interface Recorded {
  readonly journal: readonly Fact[];
  readonly release: CompiledRelease;
}

export type Rule = (day: Recorded) => string[];

const voices: ReadonlySet<Channel> = new Set<Channel>(['cart', 'screen', 'handheld', 'pos']);

/** Every fact and decision in order, with the fact that led to it. */
function* told({ journal }: Recorded): Generator<{ fact: Fact; cause: Fact }> {
  const bySeq = new Map(journal.map((fact) => [fact.seq, fact]));
  for (const fact of journal) yield { fact, cause: bySeq.get(fact.cause ?? fact.seq) ?? fact };
}

export function is<Type extends FactType>(
  fact: Fact,
  type: Type,
): fact is Extract<Fact, { type: Type }> & FactOf<Type> {
  return fact.type === type;
}

interface Spoken {
  readonly run: string;
  readonly channel: Channel;
  readonly subject: number;
  readonly withinMs: number;
  readonly names: ReadonlySet<string>;
  /** 0: it stands. */
  withdrawnAt: number;
  shownAt: number;
  over: boolean;
}

/** The life of each message, as far as the journal tells it; `each` is asked before a fact counts. */
export function follow(
  day: Recorded,
  each: (now: { fact: Fact; cause: Fact; messages: Map<string, Spoken> }) => void,
): void {
  const messages = new Map<string, Spoken>();
  for (const { fact, cause } of told(day)) {
    each({ fact, cause, messages });
    if (is(fact, 'message.decided')) {
      const { message, run, channel, answerWithinMs: withinMs, dialogue, step } = fact.body;
      const said = dialogueOf(day.release, dialogue)?.steps[step];
      const names = new Set(said?.verb === 'say' ? said.answers.map(({ name }) => name) : []);
      const fresh = { run, channel, withinMs, names, subject: fact.subject ?? 0 };
      messages.set(message, { ...fresh, withdrawnAt: 0, shownAt: 0, over: false });
      continue;
    }
    if (is(fact, 'run.ended')) {
      for (const spoken of messages.values()) if (spoken.run === fact.body.run) spoken.over = true;
    }
    const spoken = messages.get((fact.body as { message?: string }).message ?? '');
    if (!spoken || spoken.over) continue;
    // A report may have been under way when it was taken back.
    const isShown = is(fact, 'message.shown') || is(fact, 'email.sent');
    if (isShown && (spoken.withdrawnAt === 0 || fact.at <= spoken.withdrawnAt)) {
      spoken.shownAt = spoken.shownAt === 0 ? fact.at : Math.min(spoken.shownAt, fact.at);
    }
    if (is(fact, 'message.silent')) spoken.over = true;
    if (is(fact, 'message.answered') && spoken.withdrawnAt === 0 && spoken.names.has(fact.body.answer))
      spoken.over = true;
    if (is(fact, 'message.withdrawn')) {
      spoken.withdrawnAt = fact.at;
      if (['moved', 'paused', 'outranked'].includes(fact.body.reason)) spoken.over = true;
    }
  }
}

function dialogueOf(release: CompiledRelease, name: string): CompiledDialogue | undefined {
  return release.dialogues.find((dialogue) => dialogue.name === name);
}

/** DESIGN section 5, one voice. */
const oneVoice: Rule = (day) => {
  const broken: string[] = [];
  follow(day, ({ fact, messages }) => {
    if (!is(fact, 'message.decided') || !voices.has(fact.body.channel)) return;
    for (const [message, { subject, channel, withdrawnAt, over }] of messages) {
      if (subject === fact.subject && voices.has(channel) && withdrawnAt === 0 && !over)
        broken.push(`${fact.seq}: ${fact.body.message} speaks while ${message} does`);
    }
  });
  return broken;
};

/** DESIGN section 5, perishable. What goes home may have been set off by a late fact, and is dated by it. */
const perishable: Rule = ({ journal }) =>
  journal.flatMap((fact) =>
    is(fact, 'message.decided') && voices.has(fact.body.channel) && fact.at >= fact.body.validUntil
      ? [`${fact.seq}: decided at its deadline or after it`]
      : [],
  );

/** A message ends once; what is over is withdrawn and falls silent no more. */
const endsOnce: Rule = (day) => {
  const broken: string[] = [];
  follow(day, ({ fact, messages }) => {
    const spoken = messages.get((fact.body as { message?: string }).message ?? '');
    if (is(fact, 'message.silent') && spoken?.over) broken.push(`${fact.seq}: silent, but over`);
    if (is(fact, 'message.withdrawn') && (!spoken || spoken.over || spoken.withdrawnAt > 0))
      broken.push(`${fact.seq}: withdrawn, but not there`);
  });
  return broken;
};

/** DESIGN section 3: ids derive from what led to them, and name one thing. */
export const uniqueIds: Rule = ({ journal }) => {
  const seen = new Set<string>();
  return journal.flatMap((fact) => {
    const id = is(fact, 'message.decided') ? fact.body.message : is(fact, 'run.entered') ? fact.body.run : null;
    if (id === null) return [];
    if (seen.has(id)) return [`${fact.seq}: ${id} for a second time`];
    seen.add(id);
    return [];
  });
};

/** She has ignored it no sooner than after its time, from the first paint. */
const ignoredInTime: Rule = (day) => {
  const broken: string[] = [];
  follow(day, ({ fact, cause, messages }) => {
    if (!is(fact, 'message.silent') || fact.body.silence !== 'ignored') return;
    const spoken = messages.get(fact.body.message);
    if (!spoken || spoken.shownAt === 0) broken.push(`${fact.seq}: ignored, but never shown`);
    else if (spoken.withdrawnAt === 0 && cause.at < spoken.shownAt + spoken.withinMs)
      broken.push(`${fact.seq}: ignored too soon`);
  });
  return broken;
};

/**
 * A visit hears at most its budget and what answers gave back; replies to answers are free, and what was never shown, or
 * goes on elsewhere as another, has cost nothing (DESIGN section 5).
 */
const withinBudget: Rule = (day) => {
  const { perVisit, refill } = day.release.house.attention;
  const broken: string[] = [];
  const left = new Map<number, number>();
  const visits = new Map<number, string>();
  const paid = new Map<string, { readonly who: number; readonly visit: string | undefined }>();
  const answered = new Map<string, { seq: number; at: number }>();
  const reply = new Map<string, number>();
  const add = (who: number, more: number): void => {
    left.set(who, Math.min(perVisit, (left.get(who) ?? 0) + more));
  };
  follow(day, ({ fact, cause, messages }) => {
    const who = fact.subject ?? 0;
    if (is(fact, 'visit.opened')) {
      left.set(who, perVisit);
      visits.set(who, fact.body.visit);
    }
    const spoken = messages.get((fact.body as { message?: string }).message ?? '');
    if (is(fact, 'message.answered')) {
      if (spoken) answered.set(spoken.run, { seq: cause.seq, at: cause.at });
      if (spoken && !spoken.over) add(who, refill);
    }
    const back = givesBack(fact, spoken) ? paid.get((fact.body as { message: string }).message) : undefined;
    if (back && visits.get(back.who) === back.visit) add(back.who, 1);
    if (is(fact, 'run.moved')) {
      const said = answered.get(fact.body.run);
      if (said?.seq === cause.seq) reply.set(fact.body.run, said.at);
      else reply.delete(fact.body.run);
    }
    if (!is(fact, 'message.decided') || fact.body.channel === 'email') return;
    const repliesTo = reply.get(fact.body.run);
    if (repliesTo !== undefined && cause.at <= repliesTo + replyWithinMs) return;
    paid.set(fact.body.message, { who, visit: visits.get(who) });
    const rest = (left.get(who) ?? 0) - 1;
    left.set(who, rest);
    if (rest < 0) broken.push(`${fact.seq}: beyond the attention of her visit`);
  });
  return broken;
};

function givesBack(fact: Fact, spoken: Spoken | undefined): boolean {
  if (is(fact, 'message.silent')) return fact.body.silence === 'never-shown';
  if (!is(fact, 'message.withdrawn')) return false;
  const { reason } = fact.body;
  return reason === 'moved' || ((reason === 'paused' || reason === 'outranked') && spoken?.shownAt === 0);
}

/** The control group hears nothing. */
const heldHearNothing: Rule = ({ journal }) => {
  const held = new Set(journal.flatMap((fact) => (is(fact, 'run.entered') && fact.body.held ? [fact.body.run] : [])));
  return journal.flatMap((fact) =>
    (is(fact, 'message.decided') || is(fact, 'run.moved') || is(fact, 'reward.issued')) && held.has(fact.body.run)
      ? [`${fact.seq}: ${fact.type} for a held-out run`]
      : [],
  );
};

/** What is paused says nothing, and nobody enters it. */
const pausedIsSilent: Rule = ({ journal }) => {
  const pauses = new Map<string, number>();
  const isPaused = (key: string, at: number): boolean => (pauses.get(key) ?? 0) > at;
  return journal.flatMap((fact) => {
    if (is(fact, 'pause.changed')) {
      const { what, name = '', paused, until = Number.POSITIVE_INFINITY } = fact.body;
      pauses.set(`${what}/${name}`, paused ? until : 0);
    }
    if (!is(fact, 'message.decided') && !is(fact, 'run.entered')) return [];
    const channel = is(fact, 'message.decided') ? fact.body.channel : '';
    const keys = ['everything/', `dialogue/${fact.body.dialogue}`, `channel/${channel}`];
    return keys.some((key) => isPaused(key, fact.at)) ? [`${fact.seq}: ${fact.type} while paused`] : [];
  });
};

/**
 * A wait for a time leads on at its time or after it, and once: only `until` (in random releases: a return) and the
 * goal (a sale) break it off. A wait for something else leads on to `else` no sooner, or by what it waited for.
 */
const waitsAreWaited: Rule = (day) => {
  const broken: string[] = [];
  const waiting = new Map<string, { until: number; kind: string; seq: number }>();
  const dialogues = new Map<string, string>();
  const over = new Set<string>();
  const hurries: Readonly<Record<string, readonly string[]>> = {
    span: ['return', 'sale'],
    fact: ['return', 'sale', 'basket.added'],
    'next-visit': ['return', 'sale', 'visit.opened'],
  };
  for (const { fact, cause } of told(day)) {
    if (is(fact, 'run.entered')) dialogues.set(fact.body.run, fact.body.dialogue);
    if (!is(fact, 'run.moved') && !is(fact, 'run.ended')) continue;
    const { run } = fact.body;
    if (over.has(run)) broken.push(`${fact.seq}: ${run} goes on after its end`);
    if (is(fact, 'run.ended')) over.add(run);
    const was = waiting.get(run);
    waiting.delete(run);
    if (was && cause.at < was.until && !hurries[was.kind]?.includes(cause.type))
      broken.push(`${fact.seq}: left the wait of ${was.seq} too soon, by ${cause.type}`);
    if (!is(fact, 'run.moved')) continue;
    const step = dialogueOf(day.release, dialogues.get(run) ?? '')?.steps[fact.body.step];
    if (step?.verb === 'wait') waiting.set(run, { until: fact.body.until ?? 0, kind: step.for.kind, seq: fact.seq });
  }
  const now = Math.max(...day.journal.map(({ at }) => at));
  for (const [run, { until, seq }] of waiting) if (until < now) broken.push(`${seq}: ${run} still waits`);
  return broken;
};

/**
 * Who enters by dwelling alone has been in the zone so long: since the report that brought her there, or since she came
 * to a cart that stood there. Being told twice that she is there begins nothing anew; a report that came late, nothing.
 */
const dwellsAreDwelt: Rule = ({ journal, release }) => {
  const carts = new Map<string, { readonly zone: string | null; readonly at: number }>();
  const places = new Map<number | null, Standing>();
  return journal.flatMap((fact) => {
    const { subject, at } = fact;
    if (is(fact, 'zone.entered') || is(fact, 'zone.left')) {
      const { cart, zone } = fact.body;
      const known = carts.get(cart);
      const isOld = known !== undefined && (at < known.at || (is(fact, 'zone.left') && known.zone !== zone));
      if (!isOld) carts.set(cart, { zone: is(fact, 'zone.left') ? null : zone, at });
    }
    places.set(
      subject,
      standing(fact, places.get(subject), (cart) => carts.get(cart)?.zone ?? null),
    );
    if (!is(fact, 'run.entered')) return [];
    const ways = dialogueOf(release, fact.body.dialogue)?.enter ?? [];
    const spans = ways.flatMap((way) => (way.kind === 'dwell' ? [way.forMs] : []));
    if (spans.length < ways.length) return [];
    const dwelt = at - (places.get(subject)?.since ?? at);
    return dwelt < Math.min(...spans) ? [`${fact.seq}: entered after ${dwelt} ms`] : [];
  });
};

interface Standing {
  readonly cart: string | null;
  readonly zone: string | null;
  readonly since: number;
  /** Of the newest report. */
  readonly heardAt: number;
}

const nowhere: Standing = { cart: null, zone: null, since: Number.POSITIVE_INFINITY, heardAt: 0 };

function standing(fact: Fact, was: Standing = nowhere, zoneOf: (cart: string) => string | null): Standing {
  const { at } = fact;
  if (is(fact, 'visit.closed')) return nowhere;
  if (is(fact, 'visit.opened') || is(fact, 'visit.moved')) {
    const { cart = null } = fact.body;
    if (cart === null || was.cart === cart) return was;
    const zone = zoneOf(cart);
    const heardAt = is(fact, 'visit.moved') ? was.heardAt : 0;
    return zone === was.zone ? { ...was, cart } : { cart, zone, since: at, heardAt };
  }
  if (!is(fact, 'zone.entered') && !is(fact, 'zone.left')) return was;
  if (fact.body.cart !== was.cart || at < was.heardAt) return was;
  if (is(fact, 'zone.left')) return was.zone === fact.body.zone ? { ...was, zone: null, heardAt: at } : was;
  const since = fact.late ? Number.POSITIVE_INFINITY : at;
  return was.zone === fact.body.zone ? { ...was, heardAt: at } : { ...was, zone: fact.body.zone, since, heardAt: at };
}

export const rules: Readonly<Record<string, Rule>> = {
  oneVoice,
  perishable,
  endsOnce,
  uniqueIds,
  ignoredInTime,
  withinBudget,
  heldHearNothing,
  pausedIsSilent,
  waitsAreWaited,
  dwellsAreDwelt,
};
