/** What may become of a message, and what may come of that: the words in which `branches` are written. */
import type { Channel, FactBody, Scalar } from '@kairos/protocol/facts.ts';
import type { Deed } from './library.ts';
import type { Story } from './story.ts';

export function she(name: string, play: (story: Story) => unknown): Deed {
  return { name, play };
}

export function answers(answer: string, form?: Record<string, Scalar>): Deed {
  return { name: `"${answer}"`, play: (story) => story.answers(answer, form) };
}

/** It was shown, and so long after that nobody has answered. */
export function ignored(span: string): Deed {
  return { name: `ignored for ${span}`, play: (story) => story.isShown().at(`+${span}`).expectSilence('ignored') };
}

/** On a human channel: somebody took it on, it was said, and nothing came of it. */
export function saidInVain(span: string): Deed {
  return {
    name: `said, and no answer for ${span}`,
    play: (story) => story.isClaimed().isShown().at(`+${span}`).expectSilence('ignored'),
  };
}

/** It found no moment, or no surface, until it was too late; what may still be reported of it is waited for. */
export function neverShown(span: string): Deed {
  return {
    name: `never shown within ${span}`,
    play: (story) => story.meanwhile(span).expectNothing().settles().expectSilence('never-shown'),
  };
}

export function unclaimed(span: string): Deed {
  return { name: `nobody takes it on within ${span}`, play: (story) => story.at(`+${span}`) };
}

export const bounces: Deed = {
  name: 'the e-mail bounces',
  play: (story) => story.bounces().expectSilence('never-shown'),
};

export const crowdedOut: Deed = {
  name: 'the team has no room for the call',
  play: (story) => story.isCrowdedOut().expectSilence('never-shown'),
};

export const walksOut: Deed = {
  name: 'she leaves the store',
  play: (story) => story.isShown().goes().expectSilence('walked-away'),
};

/** Nobody was reached, so often, so long apart. */
export function notReached(times: number, span: string): Deed {
  return {
    name: `not reached, ${times} times, ${span} apart`,
    play: (story) => {
      for (let time = 1; time < times; time += 1)
        story.isNotReached().at(`+${span}`).untilSaid('8d').expect('call', /./);
      story.isNotReached();
    },
  };
}

export function says(channel: Channel, words: RegExp): Deed {
  return { name: `${channel} ${words}`, play: (story) => story.expect(channel, words) };
}

/** … as soon as her stage has room for it: within a week. */
export function saysLater(channel: Channel, words: RegExp): Deed {
  return { name: `${channel} ${words}, in time`, play: (story) => story.untilSaid('8d').expect(channel, words) };
}

export function ends(reason: FactBody<'run.ended'>['reason'] = 'end'): Deed {
  return { name: `the end (${reason})`, play: (story) => story.expectEnd(reason) };
}

export const waits: Deed = { name: 'silence, for now', play: (story) => story.expectWaiting() };

/** Silence; then, at her next visit … */
export function nextVisit(channel: Channel, words: RegExp): Deed {
  return {
    name: `at her next visit, ${channel} ${words}`,
    play: (story) => story.expectWaiting().meanwhile('1d').comes().meanwhile('20s').expect(channel, words),
  };
}
