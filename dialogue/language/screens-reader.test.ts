import { expect, test } from 'vitest';
import { compileRelease } from './compile.ts';

function read(screens: string): { screens: unknown; errors: string[] } {
  const { release, problems } = compileRelease([{ path: 'house.yaml', text: `screens: ${screens}\n` }], { number: 0 });
  const errors = problems.filter(({ severity }) => severity === 'error');
  return {
    screens: release?.house.screens,
    errors: errors.map(({ message, hint, line }) => `${line}: ${message} (${hint})`),
  };
}

test('what the screens of a zone may say in an hour, either part or both', () => {
  expect(read('{ playsPerHour: 12, shareOfHour: 25% }').screens).toEqual({ playsPerHour: 12, shareOfHour: 2500 });
  expect(read('{ shareOfHour: 1% }').screens).toEqual({ playsPerHour: null, shareOfHour: 100 });
  expect(read('{ playsPerHour: 120 }').screens).toEqual({ playsPerHour: 120, shareOfHour: null });
});

test.each([
  ['{ playsPerHour: 0 }', '"playsPerHour" is a whole number from 1 to 120'],
  ['{ playsPerHour: 121 }', '"playsPerHour" is a whole number from 1 to 120'],
  ['{ shareOfHour: 25 }', 'write it as "10%"'],
  ['{ shareOfHour: 0% }', 'pause the channel "screen"'],
  ['{}', 'screens: { playsPerHour: 12, shareOfHour: 25% }'],
  ['{ playPerHour: 3 }', 'playsPerHour'],
])('%s is refused with a way out', (text, way) => {
  const { screens, errors } = read(text);
  expect(screens).toBeUndefined();
  expect(errors.join('\n')).toContain(way);
});
