import { expect, test } from 'vitest';
import { readHappenings } from './happenings.ts';

test('news are read with their time, their share and a body that is such a fact', () => {
  const text = `- { day: 2, at: "8:30", type: custom.markdown, body: { department: shoes, percent: 30 }, to: 25% }
- { day: 1, at: "10:00", type: pause.changed, body: { what: everything, paused: true, by: kim } }`;
  expect(readHappenings(text)).toEqual([
    { day: 2, at: 30_600_000, type: 'custom.markdown', body: { department: 'shoes', percent: 30 }, to: 0.25 },
    { day: 1, at: 36_000_000, type: 'pause.changed', body: { what: 'everything', paused: true, by: 'kim' }, to: 0 },
  ]);
});

test.each([
  ['- { day: 1', 'is no YAML'],
  ['- { day: 0, at: "10:00", type: sale, body: {} }', '0.day'],
  ['- { day: 1, at: ten, type: sale, body: {} }', 'write a time'],
  ['- { day: 1, at: "10:00", type: slae, body: {} }', '"slae" is no type of fact'],
  ['- { day: 1, at: "10:00", type: site.visited, body: { pagina: x } }', 'site.visited: '],
])('%s: %s', (text, says) => {
  expect(readHappenings(text)).toContain(says);
});
