/**
 * The story of a decision in plain words: for the engineer who asks, in English; for a manager, in her language. And a
 * verdict by which nobody was chosen.
 */
import type { Verdict } from '@kairos/dialogue/engine/engine.ts';
import type { Fact, FactOf } from '@kairos/protocol/facts.ts';
import { toClockText } from '@kairos/protocol/time.ts';
import type { DecisionStory } from './decision-story.ts';
import { stopWords } from './stop-words.ts';
import { en, type WhyWords } from './words/en.ts';

export interface Wall {
  /** English where none are given. */
  readonly words?: WhyWords;
  readonly timeZone: string;
  readonly currency: string;
  /** What the floor plan calls a zone. */
  readonly zoneName: (zone: string) => string;
  /** Who had paused this dialogue then, or what it speaks on, until when; null: nobody that is known. */
  readonly pausedBy?: (dialogue: string, at: number, words: WhyWords) => string | null;
}

export function storyText(story: DecisionStory, wall: Wall): string {
  const { dialogue, title, step, channel, target, subject, message } = story;
  const named = title === '' ? dialogue : `${dialogue} “${title}”`;
  const rows: (readonly [string, string])[] = [
    ['to', `subject ${subject}${visitWords(story, wall)}`],
    ['message', message],
    ['because', becauseWords(story, wall)],
    ['worth', worthWords(story, wall)],
    ...rivalRows(story, wall),
    ['ended', endingWords(story, wall)],
  ];
  const where = target === null ? `by ${channel}` : `on ${target} (${channel})`;
  return [
    `${dayAndTime(story.at, wall)}  ${named}, step ${step}, ${where}`,
    ...rows.map(([label, words]) => `  ${label.padEnd(9)}${words}`),
  ].join('\n');
}

/** The same for a manager: what it rested on and how it ended, with no number of anybody's. */
export function storyRows(story: DecisionStory, wall: Wall): (readonly [name: string, words: string])[] {
  const { row, nobodyKept } = wordsOf(wall);
  const rivals = rivalRows(story, wall).map(([, words]) => words);
  return [
    [row.to, visitWords(story, wall).replace(/^, /, '') || nobodyKept],
    [row.because, becauseWords(story, wall).replace(/ \(fact \d+\)/g, '')],
    [row.worth, worthWords(story, wall)],
    ...rivals.map((words) => [row.ratherThan, words] as const),
    [row.then, endingWords(story, wall)],
  ];
}

function wordsOf({ words = en }: Wall): WhyWords {
  return words;
}

function worthWords({ score, context }: DecisionStory, wall: Wall): string {
  return [worth(score, wall), ...(context === null ? [] : [contextWords(context, wall)])].join(', ');
}

function visitWords({ visit, zone, at }: DecisionStory, wall: Wall): string {
  if (!visit) return '';
  const words = wordsOf(wall);
  const since = visit.since === at ? words.justCome : words.since(toClockText(visit.since, wall.timeZone));
  const place = zone === null ? [] : [words.inZone(wall.zoneName(zone.id), span(at - zone.since, wall))];
  return ['', words.strength[visit.strength] ?? visit.strength, since, ...place].join(', ');
}

function becauseWords({ cause, entered, reason, zone, at }: DecisionStory, wall: Wall): string {
  const words = wordsOf(wall);
  const direct = cause ? causeWords(cause, { reason: entered ? null : reason, zone, at }, wall) : words.causeGone;
  if (!entered) return direct;
  const first = entered.cause
    ? causeWords(entered.cause, { reason, zone: zone && zone.since <= entered.at ? zone : null, at: entered.at }, wall)
    : words.entryGone;
  return `${direct}; ${words.entered(dayAndTime(entered.at, wall), entered.release, first)}`;
}

/** A timer says nothing by itself: what it stood for does. */
function causeWords(
  cause: Fact,
  { reason, zone, at }: Pick<DecisionStory, 'reason' | 'zone' | 'at'>,
  wall: Wall,
): string {
  const words = wordsOf(wall);
  const number = ` (fact ${cause.seq})`;
  if (cause.type !== 'timer.fired') return `${factWords(cause, wall)}${number}`;
  if (reason === 'dwell' && zone) return `${words.dwelt(wall.zoneName(zone.id), span(at - zone.since, wall))}${number}`;
  if (reason === 'dwell') return `${words.dweltSomewhere}${number}`;
  if (reason === 'away') return `${words.away}${number}`;
  return `${reason === 'date' ? words.date : words.moment}${number}`;
}

function factWords(fact: Fact, wall: Wall): string {
  const { zoneName, currency } = wall;
  const { fact: words } = wordsOf(wall);
  switch (fact.type) {
    case 'zone.entered':
      return words.cameInto(fact.body.cart, zoneName(fact.body.zone));
    case 'zone.left':
      return words.left(fact.body.cart, zoneName(fact.body.zone));
    case 'identity.presented':
      return words.showedWho(fact.body.cart ?? fact.body.till ?? null);
    case 'basket.added':
      return words.laidInto(fact.body.line.name || fact.body.line.code, fact.body.cart);
    case 'basket.removed':
      return words.putBack(fact.body.line.name || fact.body.line.code, fact.body.cart);
    case 'sale':
      return words.bought(`${hundredths(fact.body.total, wall)} ${currency}`, fact.body.till);
    case 'return':
      return words.returned(fact.body.till);
    case 'message.answered':
      return words.answered(fact.body.answer);
    case 'task.done':
      return words.reported(fact.body.associate, fact.body.answer);
    case 'consent.changed':
      return fact.body.granted ? words.agreed(fact.body.purpose) : words.withdrew(fact.body.purpose);
    case 'screen.changed':
      return words.reachable(fact.body.screen);
    case 'release.activated':
      return words.releaseBegan(fact.body.release);
    case 'goods.changed':
      return words.goodsChanged(fact.body.department);
    case 'visit.opened':
      return words.came;
    default:
      return words.other(fact.type);
  }
}

function contextWords(context: string, wall: Wall): string {
  return wordsOf(wall).context[context] ?? context;
}

function rivalRows({ rivals, at }: DecisionStory, wall: Wall): (readonly [string, string])[] {
  if (rivals.length === 0) return [['over', wordsOf(wall).noRival]];
  return rivals.map((rival, place) => [place === 0 ? 'over' : '', rivalWords(rival, at, wall)]);
}

function rivalWords({ dialogue, step, score, stopped }: Verdict['rivals'][number], at: number, wall: Wall): string {
  const words = wordsOf(wall);
  const valued = score === 0 ? '' : words.worthBeside(worth(score, wall));
  const pause = stopped === 'paused' ? wall.pausedBy?.(dialogue, at, words) : null;
  return `${dialogue}/${step}${valued}: ${pause ?? stopWords(stopped, words)}`;
}

function endingWords({ at, dialogue, then }: Pick<DecisionStory, 'at' | 'dialogue' | 'then'>, wall: Wall): string {
  const words: string[] = [];
  let since = at;
  for (const fact of then) {
    const said = followUpWords(fact, { since, dialogue }, wall);
    if (said !== null) words.push(said);
    if (fact.type === 'message.shown') since = fact.at;
  }
  return words.length === 0 ? wordsOf(wall).open : words.join('; ');
}

function followUpWords(
  fact: Fact,
  { since, dialogue }: { readonly since: number; readonly dialogue: string },
  wall: Wall,
): string | null {
  const { then: words, silence } = wordsOf(wall);
  const after = span(fact.at - since, wall);
  switch (fact.type) {
    case 'message.shown':
      return words.seen(after);
    case 'message.answered':
      return fact.cause === null ? words.answered(fact.body.answer, after) : words.did(fact.body.answer, after);
    case 'message.silent':
      return silence[fact.body.silence];
    case 'message.withdrawn':
      return words.withdrawn(after, withdrawalWords(fact, dialogue, wall));
    case 'email.sent':
      return words.sent(dayAndTime(fact.at, wall));
    case 'email.bounced':
      return words.bounced;
    case 'mail.printed':
      return words.printed(dayAndTime(fact.at, wall));
    case 'call.logged':
      return words.called(fact.body.answer, after);
    case 'task.offered':
      return words.asked(fact.body.role ?? fact.body.associate ?? null);
    case 'task.claimed':
      return words.took(fact.body.associate, after);
    case 'task.done':
      return words.reported(fact.body.associate, fact.body.answer, after);
    case 'task.released':
      return words.released(fact.body.reason);
    default:
      return null;
  }
}

function withdrawalWords({ at, body }: FactOf<'message.withdrawn'>, dialogue: string, wall: Wall): string {
  const words = wordsOf(wall);
  const pause = body.reason === 'paused' ? wall.pausedBy?.(dialogue, at, words) : null;
  return pause ?? words.withdrawn[body.reason];
}

/** A verdict of a running store: what the ledger in its memory says. */
export function verdictText({ at, subject, message, chosen, rivals }: Verdict, wall: Wall): string {
  const result = chosen
    ? `${chosen.dialogue}/${chosen.step} (worth ${worth(chosen.score, wall)}) was said${message === null ? '' : `, message ${message}`}`
    : 'nothing was said';
  return [
    `${dayAndTime(at, wall)}  subject ${subject}: ${result}`,
    ...rivals.map((rival) => `  ${rivalWords(rival, at, wall)}`),
  ].join('\n');
}

function worth(score: number, wall: Wall): string {
  return `${hundredths(score, wall)} ${wall.currency}`.trimEnd();
}

/** Hundredths of a unit, as the language writes them. */
function hundredths(value: number, wall: Wall): string {
  const { locale } = wordsOf(wall);
  if (locale === null) return (value / 100).toFixed(2);
  return new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value / 100);
}

function span(ms: number, wall: Wall): string {
  const { locale } = wordsOf(wall);
  const [value, unit, short] = spanOf(Math.max(0, ms));
  if (locale === null) return `${value} ${short}`;
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(value);
}

function spanOf(ms: number): [value: number, unit: string, short: string] {
  if (ms < 1_000) return [Math.round(ms), 'millisecond', 'ms'];
  if (ms < 120_000) return [Math.round(ms / 100) / 10, 'second', 's'];
  return ms < 7_200_000 ? [Math.round(ms / 60_000), 'minute', 'min'] : [Math.round(ms / 3_600_000), 'hour', 'h'];
}

export function dayAndTime(at: number, { timeZone }: Pick<Wall, 'timeZone'>): string {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    at,
  );
  return `${day} ${toClockText(at, timeZone)}`;
}
