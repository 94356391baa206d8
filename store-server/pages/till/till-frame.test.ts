import { toFrame } from '@kairos/protocol/prompt-events.ts';
import { expect, test } from 'vitest';
import { readToFrame } from './till-frame.ts';

const right = [
  { kairos: 'hello' },
  { kairos: 'key', key: '1' },
  { kairos: 'key', key: '0' },
  { kairos: 'identified', means: 'card', number: '2960000000017' },
  { kairos: 'sale', event: 'began' },
  { kairos: 'sale', event: 'voided' },
];
const wrong = [
  null,
  'hello',
  {},
  { kairos: 'key', key: '9' },
  { kairos: 'key', key: '12' },
  { kairos: 'identified', means: 'guess', number: '1' },
  { kairos: 'identified', means: 'card', number: '' },
  { kairos: 'identified', means: 'card', number: 'x'.repeat(81) },
  { kairos: 'identified', means: 'card', number: 7 },
  { kairos: 'sale', event: 'paused' },
  { kairos: 'everything' },
];

test('reads what the published schema allows, and nothing else', () => {
  for (const words of right) {
    expect(toFrame.safeParse(words).success).toBe(true);
    expect(readToFrame(words)).toEqual(words);
  }
  for (const words of wrong) {
    expect(toFrame.safeParse(words).success).toBe(false);
    expect(readToFrame(words)).toBeNull();
  }
});
