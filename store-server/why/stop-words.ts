/** Why a dialogue did not speak, in words: one for each entry of the engine's closed list (dialogue/moment/stop.ts). */
import type { Stop } from '@kairos/dialogue/moment/stop.ts';

const words: Readonly<Record<Stop, string>> = {
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
};

/** `stop` as the ledger has it; an older journal may hold one that is no longer in the list. */
export function stopWords(stop: string): string {
  return Object.hasOwn(words, stop) ? words[stop as Stop] : `stopped by "${stop}"`;
}
