/** How a decision is told: one sentence or clause for each thing that can be behind it. Names and times come written. */
import type { Stop } from '@kairos/dialogue/moment/stop.ts';
import type { FactBody, Silence } from '@kairos/protocol/facts.ts';

export interface WhyWords {
  /** For Intl; null: as the command line writes it. */
  readonly locale: string | null;
  readonly row: Readonly<Record<'to' | 'because' | 'worth' | 'ratherThan' | 'then', string>>;
  readonly nobodyKept: string;
  readonly strength: Readonly<Record<string, string>>;
  readonly justCome: string;
  readonly since: (time: string) => string;
  readonly inZone: (zone: string, span: string) => string;
  readonly causeGone: string;
  readonly entryGone: string;
  readonly entered: (when: string, release: number, first: string) => string;
  readonly dwelt: (zone: string, span: string) => string;
  readonly dweltSomewhere: string;
  readonly away: string;
  readonly date: string;
  readonly moment: string;
  readonly fact: {
    readonly cameInto: (cart: string, zone: string) => string;
    readonly left: (cart: string, zone: string) => string;
    readonly showedWho: (place: string | null) => string;
    readonly laidInto: (name: string, cart: string) => string;
    readonly putBack: (name: string, cart: string) => string;
    readonly bought: (amount: string, till: string) => string;
    readonly returned: (till: string) => string;
    readonly answered: (answer: string) => string;
    readonly reported: (who: string, answer: string) => string;
    readonly agreed: (purpose: string) => string;
    readonly withdrew: (purpose: string) => string;
    readonly reachable: (screen: string) => string;
    readonly releaseBegan: (release: number) => string;
    readonly goodsChanged: (department: string) => string;
    readonly came: string;
    readonly other: (type: string) => string;
  };
  readonly context: Readonly<Record<string, string>>;
  readonly noRival: string;
  readonly worthBeside: (worth: string) => string;
  readonly silence: Readonly<Record<Silence, string>>;
  readonly withdrawn: Readonly<Record<FactBody<'message.withdrawn'>['reason'], string>>;
  readonly open: string;
  readonly then: {
    readonly seen: (after: string) => string;
    readonly answered: (answer: string, after: string) => string;
    readonly did: (answer: string, after: string) => string;
    readonly withdrawn: (after: string, why: string) => string;
    readonly sent: (when: string) => string;
    readonly bounced: string;
    readonly printed: (when: string) => string;
    readonly called: (answer: string, after: string) => string;
    readonly asked: (who: string | null) => string;
    readonly took: (who: string, after: string) => string;
    readonly reported: (who: string, answer: string, after: string) => string;
    readonly released: (reason: string) => string;
  };
  readonly stop: Readonly<Record<Stop, string>>;
  readonly unknownStop: (stop: string) => string;
  readonly paused: (of: {
    readonly what: 'everything' | 'dialogue' | 'channel';
    readonly name: string;
    readonly by: string;
    readonly until: string | null;
  }) => string;
  /** Between one pause and the next. */
  readonly and: string;
}

export const en: WhyWords = {
  locale: null,
  row: { to: 'To', because: 'Because', worth: 'Worth', ratherThan: 'Rather than', then: 'Then' },
  nobodyKept: 'somebody whose visit is kept no longer',
  strength: { guest: 'a guest', weak: 'known by a typed number', strong: 'known by her card or PIN' },
  justCome: 'just come',
  since: (time) => `here since ${time}`,
  inZone: (zone, span) => `in ${zone} for ${span}`,
  causeGone: 'what led to it is kept no longer',
  entryGone: 'by something that is kept no longer',
  entered: (when, release, first) => `she had entered at ${when} (release ${release}): ${first}`,
  dwelt: (zone, span) => `she had been in ${zone} for ${span}`,
  dweltSomewhere: 'she had stayed in one place long enough',
  away: 'she had not come for as long as it waits',
  date: 'the date it waits for had come',
  moment: 'the moment it had waited for had come',
  fact: {
    cameInto: (cart, zone) => `${cart} came into ${zone}`,
    left: (cart, zone) => `${cart} left ${zone}`,
    showedWho: (place) => `she showed who she is at ${place ?? 'a till'}`,
    laidInto: (name, cart) => `${name} was laid into ${cart}`,
    putBack: (name, cart) => `${name} was put back from ${cart}`,
    bought: (amount, till) => `she bought for ${amount} at ${till}`,
    returned: (till) => `she returned something at ${till}`,
    answered: (answer) => `she answered “${answer}”`,
    reported: (who, answer) => `${who} reported “${answer}”`,
    agreed: (purpose) => `she agreed to ${purpose}`,
    withdrew: (purpose) => `she withdrew ${purpose}`,
    reachable: (screen) => `${screen} could be reached again`,
    releaseBegan: (release) => `release ${release} began`,
    goodsChanged: (department) => `${department} changed its goods or prices`,
    came: 'she came into the store',
    other: (type) => `of ${type}`,
  },
  context: {
    walking: 'while she was walking',
    dwelling: 'while she stood looking',
    'at-rest': 'while she was at rest',
    'at-till': 'while she was at the till',
    away: 'while she was not in the store',
  },
  noRival: 'nothing else wanted to speak to her',
  worthBeside: (worth) => ` (worth ${worth})`,
  silence: {
    'never-shown': 'never seen by her',
    ignored: 'she let it pass',
    'walked-away': 'she walked away from it',
    'acted-elsewhere': 'she did it without answering',
  },
  withdrawn: {
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
  },
  open: 'nothing more is recorded of it: it is still open, or never came to a screen',
  then: {
    seen: (after) => `seen after ${after}`,
    answered: (answer, after) => `answered “${answer}” ${after} later`,
    did: (answer, after) => `she did what it asked for (${answer}) ${after} later`,
    withdrawn: (after, why) => `withdrawn after ${after}: ${why}`,
    sent: (when) => `sent at ${when}`,
    bounced: 'the e-mail came back',
    printed: (when) => `printed at ${when}`,
    called: (answer, after) => `the call was logged as “${answer}” ${after} later`,
    asked: (who) => `${who ?? 'an associate'} was asked`,
    took: (who, after) => `${who} took it on after ${after}`,
    reported: (who, answer, after) => `${who} reported “${answer}” after ${after}`,
    released: (reason) => `the task was released (${reason})`,
  },
  stop: {
    'limit-visit': 'it has spoken as often as it may in one visit',
    'limit-customer': 'it has spoken to her as often as it may',
    'no-key': 'what its runs are told apart by could not be worked out',
    audience: 'she is not in its audience',
    'state-full': 'as much is kept of her as may be kept',
    'held-out': 'she is in its holdout',
    paused: 'it, its channel or everything is paused',
    'too-soon': 'it was to be tried again only later',
    unsigned: 'a signature or an associate’s claim was still awaited',
    'late-fact': 'what led to it had been reported too late',
    'no-visit': 'she was not in the store',
    quiet: 'she had asked for quiet',
    strength: 'she was not identified strongly enough for it',
    'earlier-visit': 'it began in an earlier visit, and a number that was only typed hears of this visit alone',
    privacy: 'it is too personal for the surface it would speak on',
    consent: 'she has not agreed to be spoken to there',
    'crowd-too-small': 'too few people in front of the screen share what it speaks of',
    schedule: 'it was outside its hours or days',
    'walking-fast': 'she was walking fast',
    paying: 'she was paying',
    zone: 'she was not in its zone',
    moment: 'its moment had not come',
    'queue-long': 'too many were waiting at the till',
    prompted: 'the till had asked for something in this sale already',
    unreachable: 'no surface that it speaks on could be reached',
    'nobody-free': 'no associate was free and near',
    'too-late': 'too little of its time was left',
    rest: 'she had let several messages pass, and is left in peace for a while',
    stage: 'her stage allows no more messages now',
    cap: 'she has had as many messages as anybody may',
    budget: 'the attention of this visit was used up',
    gap: 'the message before it had ended too short a time ago',
    'not-worth-it': 'interrupting her would have cost more than it was worth',
    'another-speaks': 'another message was speaking to her',
    'screen-taken': 'the screens there were saying something as important, or something that had only just begun',
    'screen-hour': 'the screens there had spoken as often or as long as they may within an hour',
    outranked: 'the chosen one went before it',
  },
  unknownStop: (stop) => `stopped by "${stop}"`,
  paused: ({ what, name, by, until }) => {
    const thing = what === 'everything' ? 'everything was' : what === 'dialogue' ? 'it was' : `the channel ${name} was`;
    return `${thing} paused by ${by}${until === null ? '' : ` until ${until}`}`;
  },
  and: ', and ',
};
