/**
 * The floor for what is written rather than drawn: looked at twice a second while it changes, since nobody reads faster,
 * and React is not to render for every step of a cart.
 */
import type { CartOnFloor } from '@kairos/protocol/manager-events.ts';
import type { Timers } from '@kairos/protocol/ports.ts';
import { useEffect, useState } from 'react';
import type { ManagerLink } from '../link/manager-link.ts';

const lookEveryMs = 500;

export function useFloor(link: ManagerLink, timers: Timers): readonly CartOnFloor[] {
  const [floor, setFloor] = useState<readonly CartOnFloor[]>(() => link.get('floor') ?? []);
  useEffect(() => {
    let cancel: (() => void) | null = null;
    const stop = link.listen('floor', () => {
      cancel ??= timers.after(lookEveryMs, () => {
        cancel = null;
        setFloor(link.get('floor') ?? []);
      });
    });
    return () => {
      stop();
      cancel?.();
    };
  }, [link, timers]);
  return floor;
}
