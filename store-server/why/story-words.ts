/** The story of a decision in plain words, for the engineer who asks; and a verdict by which nobody was chosen. */
import type { Verdict } from '@kairos/dialogue/engine/engine.ts';
import type { Fact, FactBody, FactOf, Silence } from '@kairos/protocol/facts.ts';
import { toClockText } from '@kairos/protocol/time.ts';
import type { DecisionStory } from './decision-story.ts';
import { stopWords } from './stop-words.ts';

export interface Wall {
  readonly timeZone: string;
  readonly currency: string;
  /** What the floor plan calls a zone. */
  readonly zoneName: (zone: string) => string;
  /** Who had paused this dialogue then, or what it speaks on, until when; null: nobody that is known. */
  readonly pausedBy?: (dialogue: string, at: number) => string | null;
}

export function storyText(story: DecisionStory, wall: Wall): string {
  const { dialogue, title, step, channel, target, subject, message } = story;
  const named = title === '' ? dialogue : `${dialogue} “${title}”`;
  const rows: (readonly [string, string])[] = [
    ['to', `subject ${subject}${visitWords(story, wall)}`],
    ['message', message],
    ['because', becauseWords(story, wall)],
    ['worth', `${worth(story.score, wall)}${story.context === null ? '' : `, ${contextWords(story.context)}`}`],
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
  const rivals = rivalRows(story, wall).map(([, words]) => words);
  return [
    ['To', visitWords(story, wall).replace(/^, /, '') || 'somebody whose visit is kept no longer'],
    ['Because', becauseWords(story, wall).replace(/ \(fact \d+\)/g, '')],
    ['Worth', `${worth(story.score, wall)}${story.context === null ? '' : `, ${contextWords(story.context)}`}`],
    ...rivals.map((words) => ['Rather than', words] as const),
    ['Then', endingWords(story, wall)],
  ];
}

function visitWords({ visit, zone, at }: DecisionStory, wall: Wall): string {
  if (!visit) return '';
  const strength = { guest: 'a guest', weak: 'known by a typed number', strong: 'known by her card or PIN' }[
    visit.strength
  ];
  const since = visit.since === at ? 'just come' : `here since ${toClockText(visit.since, wall.timeZone)}`;
  const place = zone === null ? '' : `, in ${wall.zoneName(zone.id)} for ${span(at - zone.since)}`;
  return `, ${strength ?? visit.strength}, ${since}${place}`;
}

function becauseWords({ cause, entered, reason, zone, at }: DecisionStory, wall: Wall): string {
  const direct = cause
    ? causeWords(cause, { reason: entered ? null : reason, zone, at }, wall)
    : 'what led to it is kept no longer';
  if (!entered) return direct;
  const first = entered.cause
    ? causeWords(entered.cause, { reason, zone: zone && zone.since <= entered.at ? zone : null, at: entered.at }, wall)
    : 'by something that is kept no longer';
  return `${direct}; she had entered at ${dayAndTime(entered.at, wall)} (release ${entered.release}): ${first}`;
}

/** A timer says nothing by itself: what it stood for does. */
function causeWords(
  cause: Fact,
  { reason, zone, at }: Pick<DecisionStory, 'reason' | 'zone' | 'at'>,
  wall: Wall,
): string {
  const number = ` (fact ${cause.seq})`;
  if (cause.type !== 'timer.fired') return `${factWords(cause, wall)}${number}`;
  if (reason === 'dwell' && zone)
    return `she had been in ${wall.zoneName(zone.id)} for ${span(at - zone.since)}${number}`;
  if (reason === 'dwell') return `she had stayed in one place long enough${number}`;
  if (reason === 'away') return `she had not come for as long as it waits${number}`;
  if (reason === 'date') return `the date it waits for had come${number}`;
  return `the moment it had waited for had come${number}`;
}

function factWords(fact: Fact, { zoneName, currency }: Wall): string {
  switch (fact.type) {
    case 'zone.entered':
      return `${fact.body.cart} came into ${zoneName(fact.body.zone)}`;
    case 'zone.left':
      return `${fact.body.cart} left ${zoneName(fact.body.zone)}`;
    case 'identity.presented':
      return `she showed who she is at ${fact.body.cart ?? fact.body.till ?? 'a till'}`;
    case 'basket.added':
      return `${fact.body.line.name || fact.body.line.code} was laid into ${fact.body.cart}`;
    case 'basket.removed':
      return `${fact.body.line.name || fact.body.line.code} was put back from ${fact.body.cart}`;
    case 'sale':
      return `she bought for ${(fact.body.total / 100).toFixed(2)} ${currency} at ${fact.body.till}`;
    case 'return':
      return `she returned something at ${fact.body.till}`;
    case 'message.answered':
      return `she answered “${fact.body.answer}”`;
    case 'task.done':
      return `${fact.body.associate} reported “${fact.body.answer}”`;
    case 'consent.changed':
      return `she ${fact.body.granted ? 'agreed to' : 'withdrew'} ${fact.body.purpose}`;
    case 'screen.changed':
      return `${fact.body.screen} could be reached again`;
    case 'release.activated':
      return `release ${fact.body.release} began`;
    case 'goods.changed':
      return `${fact.body.department} changed its goods or prices`;
    case 'visit.opened':
      return 'she came into the store';
    default:
      return `of ${fact.type}`;
  }
}

function contextWords(context: string): string {
  const words: Readonly<Record<string, string>> = {
    walking: 'while she was walking',
    dwelling: 'while she stood looking',
    'at-rest': 'while she was at rest',
    'at-till': 'while she was at the till',
    away: 'while she was not in the store',
  };
  return words[context] ?? context;
}

function rivalRows({ rivals, at }: DecisionStory, wall: Wall): (readonly [string, string])[] {
  if (rivals.length === 0) return [['over', 'nothing else wanted to speak to her']];
  return rivals.map((rival, place) => [place === 0 ? 'over' : '', rivalWords(rival, at, wall)]);
}

function rivalWords({ dialogue, step, score, stopped }: Verdict['rivals'][number], at: number, wall: Wall): string {
  const valued = score === 0 ? '' : ` (worth ${worth(score, wall)})`;
  const pause = stopped === 'paused' ? wall.pausedBy?.(dialogue, at) : null;
  return `${dialogue}/${step}${valued}: ${pause ?? stopWords(stopped)}`;
}

const silenceWords: Readonly<Record<Silence, string>> = {
  'never-shown': 'never seen by her',
  ignored: 'she let it pass',
  'walked-away': 'she walked away from it',
  'acted-elsewhere': 'she did it without answering',
};

const withdrawnWords: Readonly<Record<FactBody<'message.withdrawn'>['reason'], string>> = {
  'left-zone': 'she had left the place it spoke of',
  expired: 'its time was over',
  until: 'what ends its dialogue had happened',
  paused: 'it was paused',
  'visit-closed': 'her visit was over',
  outranked: 'another went before it',
  quiet: 'she asked for quiet',
  consent: 'she withdrew her agreement',
  answered: 'it was answered or done elsewhere',
  moved: 'she had moved to another surface',
  release: 'a new release took its place',
};

function endingWords({ at, dialogue, then }: Pick<DecisionStory, 'at' | 'dialogue' | 'then'>, wall: Wall): string {
  const words: string[] = [];
  let since = at;
  for (const fact of then) {
    const said = followUpWords(fact, { since, dialogue }, wall);
    if (said !== null) words.push(said);
    if (fact.type === 'message.shown') since = fact.at;
  }
  return words.length === 0
    ? 'nothing more is recorded of it: it is still open, or never came to a screen'
    : words.join('; ');
}

function followUpWords(
  fact: Fact,
  { since, dialogue }: { readonly since: number; readonly dialogue: string },
  wall: Wall,
): string | null {
  const after = span(fact.at - since);
  switch (fact.type) {
    case 'message.shown':
      return `seen after ${after}`;
    case 'message.answered':
      return fact.cause === null
        ? `answered “${fact.body.answer}” ${after} later`
        : `she did what it asked for (${fact.body.answer}) ${after} later`;
    case 'message.silent':
      return silenceWords[fact.body.silence];
    case 'message.withdrawn':
      return `withdrawn after ${after}: ${withdrawalWords(fact, dialogue, wall)}`;
    case 'email.sent':
      return `sent at ${dayAndTime(fact.at, wall)}`;
    case 'email.bounced':
      return 'the e-mail came back';
    case 'mail.printed':
      return `printed at ${dayAndTime(fact.at, wall)}`;
    case 'call.logged':
      return `the call was logged as “${fact.body.answer}” ${after} later`;
    case 'task.offered':
      return `${fact.body.role ?? fact.body.associate ?? 'an associate'} was asked`;
    case 'task.claimed':
      return `${fact.body.associate} took it on after ${after}`;
    case 'task.done':
      return `${fact.body.associate} reported “${fact.body.answer}” after ${after}`;
    case 'task.released':
      return `the task was released (${fact.body.reason})`;
    default:
      return null;
  }
}

function withdrawalWords({ at, body }: FactOf<'message.withdrawn'>, dialogue: string, wall: Wall): string {
  const pause = body.reason === 'paused' ? wall.pausedBy?.(dialogue, at) : null;
  return pause ?? withdrawnWords[body.reason];
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

function worth(score: number, { currency }: Wall): string {
  return `${(score / 100).toFixed(2)} ${currency}`.trimEnd();
}

function span(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 120_000) return `${Math.round(ms / 100) / 10} s`;
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
}

export function dayAndTime(at: number, { timeZone }: Pick<Wall, 'timeZone'>): string {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    at,
  );
  return `${day} ${toClockText(at, timeZone)}`;
}
