/** A finger that rests on something for so long: a way in that nobody finds by accident. */
import type { Ports } from '@kairos/protocol/ports.ts';
import { useRef } from 'react';

const holdMs = 3_000;

export interface HoldHandlers {
  readonly onPointerDown: () => void;
  readonly onPointerUp: () => void;
  readonly onPointerLeave: () => void;
  readonly onPointerCancel: () => void;
}

export function useHold(ports: Ports, onHeld: () => void): HoldHandlers {
  const cancel = useRef<() => void>(() => undefined);
  const end = (): void => cancel.current();
  return {
    onPointerDown: () => {
      end();
      cancel.current = ports.timers.after(holdMs, onHeld);
    },
    onPointerUp: end,
    onPointerLeave: end,
    onPointerCancel: end,
  };
}
