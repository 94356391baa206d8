/** Fields of a form that are asked in the reader's language, and the warning where they are not. */
import { expect, test } from 'vitest';
import { compileRelease } from './compile.ts';

function dialogue(form: string, label = '{ en: "She complains", de: "Sie beschwert sich" }'): string {
  return `dialogue: sample
type: I
objective: { on: sale, within: 30d, value: 40 }
holdout: 10%
enter: { dwell: suits, for: 25s }
steps:
  greet:
    say:
      handheld: { to: { role: floor, claimWithin: 2m, else: end }, say: { en: "Is all well?", de: "Alles gut?" } }
      answers:
        complaint: { label: ${label}, form: ${form}, then: end, positive: false }
      silence: { never-shown: end, ignored: end, walked-away: end, acted-elsewhere: end }
`;
}

function problems(form: string, label?: string): string[] {
  const files = [{ path: 'sample.yaml', text: dialogue(form, label) }];
  return compileRelease(files, { number: 0, zones: ['suits'] }).problems.map(({ code }) => code);
}

const labelled =
  '{ label: { en: "What is it?", de: "Was ist es?" }, choices: { price: { en: "Price", de: "Preis" } } }';

test('a labelled form has nothing to warn of; one by its names is warned of where several languages are read', () => {
  expect(problems(`{ cause: ${labelled} }`)).toEqual([]);
  expect(problems('{ cause: [price], words: text }')).toEqual(['no-field-label', 'no-field-label']);
  expect(problems('{ cause: { label: { en: "What?", de: "Was?" }, choices: [price] } }')).toEqual(['no-field-label']);
  expect(problems('{ cause: [price], words: text }', '"She complains"')).toEqual([]);
});

test('conditions know a choice by its name, and a number as one', () => {
  const chosen = (where: string): string[] => {
    const form = `{ cause: ${labelled}, days: { label: { en: "Days", de: "Tage" }, kind: number } }`;
    const later = `  later: { choose: [{ when: '${where}', then: end }, { else: end }] }\n`;
    const text = dialogue(form).replace('then: end, positive: false', 'then: later') + later;
    return compileRelease([{ path: 'sample.yaml', text }], { number: 0, zones: ['suits'] }).problems.map(
      ({ message }) => message,
    );
  };
  expect(chosen('answers.greet.cause == "price" && answers.greet.days > 14')).toEqual([]);
  expect(chosen('answers.greet.cause == "Price"')).toHaveLength(1);
});

test('what is slipped into a field is told: an unknown word, a kind that there is not', () => {
  expect(problems('{ words: { lable: { en: "What?" }, kind: text } }')).toContain('unknown-name');
  expect(problems('{ words: { label: { en: "What?", de: "Was?" }, kind: date } }')).toEqual(['unknown-word']);
  expect(problems('{ words: { label: { de: "Was?" } } }')).toEqual(['no-default-locale']);
});
