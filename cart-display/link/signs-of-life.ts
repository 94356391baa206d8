/** Says every few seconds, and at once when the page is hidden or seen again, what is really on the glass. */
import type { Ports } from '@kairos/protocol/ports.ts';
import type { aliveEveryMs as everyMs, ScreenAlive } from '@kairos/protocol/screen-events.ts';

/** The protocol's own, checked against it by the compiler. */
const aliveEveryMs: typeof everyMs = 5_000;

export interface SignsOfLifeOptions {
  readonly ports: Ports;
  /** The message that is painted now. */
  readonly painted: () => string | null;
  readonly send: (sign: Omit<ScreenAlive, 'version'>) => void;
  readonly document: Pick<Document, 'visibilityState' | 'addEventListener'>;
}

export function giveSignsOfLife({ ports, painted, send, document }: SignsOfLifeOptions): void {
  const say = (): void => send({ painted: painted(), isVisible: document.visibilityState === 'visible' });
  const beat = (): void => {
    say();
    ports.timers.after(aliveEveryMs, beat);
  };
  document.addEventListener('visibilitychange', say);
  beat();
}
