/**
 * What random days have found, each in its smallest form.
 */
import { expect, test } from 'vitest';
import { Day } from './day.ts';
import { uniqueIds } from './day-rules.ts';
import type { Step } from './random-day.ts';
import { compiled } from './random-release.ts';

const house = {
  path: 'house.yaml',
  text: `house: Test
attributes: { tier: { type: text, default: none, sensitivity: public } }
attention: { perVisit: 9, gap: 1s, rest: { afterIgnored: 9, for: 1s }, costs: { walking: 0, dwelling: 0, atRest: 0, atTill: 0 } }
`,
};
const silent =
  'silence: { never-shown: end, ignored: { after: 60s, then: end }, walked-away: end, acted-elsewhere: end }';
const open: Step = { do: 'open', who: 1, what: 'strong', count: 1 };

function lived(dialogues: readonly string[], steps: readonly Step[]): Day {
  const files = dialogues.map((text, at) => ({ path: `talk-${at + 1}.yaml`, text }));
  const day = new Day(compiled([house, ...files])).play([open, ...steps]);
  day.pass(10 * 60_000);
  return day;
}

function step(act: string, what = '', count = 1): Step {
  return { do: act, who: 1, what, count };
}

test('who walks fast and then only leaves a zone is spoken to when she rests, and no timer stands still until then', () => {
  const talk = `dialogue: talk-1
type: III
holdout: none
enter: { on: basket.added }
steps:
  hello:
    say:
      cart: { moment: any, strength: guest, text: "Here?" }
      validFor: 5m
      answers: { yes: { label: "Yes", then: end, positive: true } }
      ${silent}
`;
  const zones = ['door', 'suits', 'shoes'].flatMap((zone) => [step('enter', zone), step('pass', '', 1)]);
  // Scanned before she hurried on: nothing is being held under her hands any more.
  const day = lived(
    [talk],
    [
      step('screen', 'lost'),
      step('scan', 'wine'),
      ...zones,
      step('pass', '', 7),
      step('leave'),
      step('screen', 'connected'),
    ],
  );
  const decided = day.journal.find(({ type }) => type === 'message.decided');
  const left = day.journal.find(({ type }) => type === 'zone.left');
  expect((decided?.at ?? 0) - (left?.at ?? 0)).toBe(8000);
});

test('what a dialogue does twice opens another dialogue twice, as two runs with ids of their own', () => {
  const setting = `dialogue: talk-1
type: III
holdout: none
enter: { first: visit.opened }
steps:
  note: { set: { attribute: tier, to: '"gold"', then: again } }
  again: { wait: { for: 5s, then: note, else: end, max: 1 } }
`;
  const opened = `dialogue: talk-2
type: III
holdout: none
enter: { changes: customer.tier }
steps: { done: end }
`;
  const { journal, options } = lived([setting, opened], []);
  expect(journal.filter(({ type }) => type === 'run.entered')).toHaveLength(3);
  expect(uniqueIds({ journal, release: options.release })).toEqual([]);
});

test('a message that `until` comes back to is tried again as often as the first time', () => {
  const talk = `dialogue: talk-1
type: III
holdout: none
enter: { on: basket.added }
until: [{ on: return, then: hello }]
steps:
  hello:
    say:
      cart: { moment: any, strength: guest, text: "Here?" }
      validFor: 20s
      answers: { yes: { label: "Yes", then: end, positive: true } }
      silence: { never-shown: { again: next-visit, max: 1, then: end }, ignored: { after: 60s, then: end }, walked-away: end, acted-elsewhere: end }
`;
  const day = lived(
    [talk],
    [step('screen', 'lost'), step('scan', 'wine'), step('pass', '', 30), step('return', 'suits'), step('pass', '', 30)],
  );
  const waits = day.journal.filter(({ type, body }) => type === 'run.moved' && !('until' in body));
  expect(waits).toHaveLength(2);
});

test('who comes back to a cart that has stood in its zone dwells there anew, as a run with an id of its own', () => {
  const talk = `dialogue: talk-1
type: III
holdout: none
enter: { dwell: suits, for: 5s }
steps: { done: end }
`;
  const moves = [step('move'), step('pass', '', 8), step('move'), step('pass', '', 8)];
  const stood = [step('enter', 'suits'), step('close', 'exit'), open, step('pass', '', 8)];
  const { journal, options } = lived([talk], [...stood, ...moves]);
  expect(journal.filter(({ type }) => type === 'run.entered')).toHaveLength(2);
  expect(uniqueIds({ journal, release: options.release })).toEqual([]);
});

test('an answer of the very moment in which the message was taken back leads where the answer leads, and is no silence', () => {
  const talk = `dialogue: talk-1
type: III
holdout: none
enter: { on: basket.added }
steps:
  hello:
    say:
      cart: { moment: any, strength: guest, text: "Here?" }
      validFor: 20s
      answers: { yes: { label: "Yes", then: thanks, positive: true } }
      ${silent}
  thanks: { wait: { for: 5s, then: end } }
`;
  const { journal } = lived([talk], [step('scan', 'wine'), step('pass', '', 20), step('answer-old', 'yes')]);
  const answered = journal.find(({ type }) => type === 'message.answered');
  const withdrawn = journal.find(({ type }) => type === 'message.withdrawn');
  expect(answered?.at).toBe(withdrawn?.at);
  expect(journal.filter(({ type }) => type === 'message.silent')).toEqual([]);
  const led = journal.filter(({ cause }) => cause === answered?.seq);
  expect(led.map(({ type, body }) => [type, (body as { step?: string }).step])).toEqual([['run.moved', 'thanks']]);
});
