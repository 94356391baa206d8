/** Waits for the faces before the first paint, so that no other face flashes; not for ever, if a file is slow. */
import type { Timers } from '@kairos/protocol/ports.ts';

const facesMaxMs = 1_500;
const samples: readonly [font: string, text: string][] = [
  ['420 22px "Atkinson Hyperlegible Next Variable"', 'Kairos'],
  ['420 22px "Noto Sans Arabic Variable"', 'العربية'],
];

export function facesReady(timers: Timers): Promise<void> {
  return new Promise((done) => {
    const cancel = timers.after(facesMaxMs, done);
    const loads = samples.map(([font, text]) => document.fonts.load(font, text));
    Promise.allSettled(loads).then(() => {
      cancel();
      done();
    });
  });
}
