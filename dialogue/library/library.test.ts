/** The library stands for what the language must be able to say (DESIGN section 1), and keeps to the method itself. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compileRelease, formatProblems } from '../language/compile.ts';

const demoZones = ['suits', 'shoes', 'produce', 'wine', 'bakery', 'tills', 'entrance'];

function read(folder: string): { path: string; text: string }[] {
  const url = new URL(`./${folder}/`, import.meta.url);
  return readdirSync(url)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ path: `${folder}/${name}`, text: readFileSync(new URL(name, url), 'utf8') }));
}

const house = { path: 'house.yaml', text: readFileSync(new URL('./house.yaml', import.meta.url), 'utf8') };

test.each([
  ['in-store', 6, read('in-store')],
  ['foundation', 5, [house, ...read('foundation')]],
  ['level-1', 4, [house, ...read('level-1')]],
  ['level-2', 5, [house, ...read('level-2')]],
  ['level-3', 4, [house, ...read('level-3')]],
])('%s: %i dialogues, without an error or a warning', (_, count, files) => {
  const { release, problems } = compileRelease(files, { number: 1, zones: demoZones });
  expect(formatProblems(problems, files)).toBe('');
  expect(release?.dialogues).toHaveLength(count);
});

test('every way of entering, every verb, every channel and every silence is used', () => {
  const files = [house, ...['foundation', 'level-1', 'level-2', 'level-3'].flatMap(read)];
  const dialogues = [
    ...(compileRelease(files, { number: 1 }).release?.dialogues ?? []),
    ...(compileRelease(read('in-store'), { number: 1 }).release?.dialogues ?? []),
  ];
  const steps = dialogues.flatMap((dialogue) => Object.values(dialogue.steps));
  const says = steps.flatMap((step) => (step.verb === 'say' ? [step] : []));
  const surfaces = says.flatMap((say) => say.surfaces);
  expect(new Set(steps.map((step) => step.verb))).toEqual(new Set(['say', 'wait', 'choose', 'set', 'reward', 'end']));
  expect(new Set(surfaces.map((surface) => surface.channel))).toEqual(
    new Set(['cart', 'screen', 'handheld', 'pos', 'receipt', 'email', 'call', 'mail', 'web']),
  );
  const entries = new Set(dialogues.flatMap((dialogue) => dialogue.enter.map((entry) => entry.kind)));
  expect(entries).toEqual(
    new Set(['fact', 'first', 'count', 'measure', 'absence', 'sequence', 'dwell', 'date', 'changes']),
  );
  expect(says.some((say) => say.silence.neverShown.again === 'next-visit')).toBe(true);
  expect(surfaces.some((surface) => surface.approve !== null)).toBe(true);
  expect(surfaces.some((surface) => surface.again !== null)).toBe(true);
});
