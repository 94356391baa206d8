import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compileRelease, dialogueJsonSchema } from './compile.ts';
import { languageNeeded, languageVersion } from './language-version.ts';

const kept = JSON.parse(readFileSync(new URL('../test/language-words.json', import.meta.url), 'utf8')) as {
  readonly version: number;
  readonly words: readonly string[];
};

function wordsOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {} } = schema as { properties?: object };
  return [...Object.keys(properties), ...Object.values(schema).flatMap(wordsOf)];
}

function neededBy(text: string): number | undefined {
  const { release, problems } = compileRelease([{ path: 'a.yaml', text }], { number: 1 });
  if (release === null) throw new Error(JSON.stringify(problems));
  return release.dialogues.map(languageNeeded)[0];
}

const plain = `dialogue: plain
type: II
objective: { on: sale, within: 60d, value: 10 }
holdout: 0%
enter: [{ on: sale }]
steps:
  ask:
    say:
      call: { to: { role: representative, claimWithin: 2h, else: end }, know: { en: "Her" }, say: { en: "Well?" } }
      validFor: 3d
      answers: { well: { label: { en: "Yes" }, then: end } }
      silence: { never-shown: end, ignored: { after: 7d, then: end }, acted-elsewhere: end }
`;

test('a dialogue needs the version in which its newest word came', () => {
  expect(neededBy(plain)).toBe(1);
  expect(neededBy(plain.replace('type: II', 'type: II\npatience: 3d'))).toBe(2);
  expect(neededBy(plain.replace('else: end }', 'else: end, full: end }'))).toBe(2);
});

// Fails: raise `languageVersion`, say in `languageNeeded` which dialogues need it, and write the words down here.
test('no word comes into the language without a version of its own', () => {
  const words = [...new Set(wordsOf(dialogueJsonSchema()))].sort();
  expect({ version: languageVersion, words }).toEqual(kept);
});
