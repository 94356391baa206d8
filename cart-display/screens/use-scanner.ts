/** A scanner that types: a card while nobody is logged in, goods while somebody shops. */
import type { Ports } from '@kairos/protocol/ports.ts';
import { useEffect } from 'react';
import type { CartPage } from '../view/cart-page.ts';
import { sceneOf } from '../view/page-state.ts';
import { type Burst, feedKey, noBurst } from '../view/wedge.ts';

export function useScanner(page: CartPage, ports: Ports): void {
  useEffect(() => {
    let burst: Burst = noBurst;
    const onKey = (event: KeyboardEvent): void => {
      const keyed = feedKey(burst, event.key, ports.clock.monotonic());
      burst = keyed.burst;
      if (keyed.code === null) return;
      // The Enter of a scanner must not press whatever has the focus.
      event.preventDefault();
      event.stopPropagation();
      const scene = sceneOf(page.read());
      if (scene === 'idle') page.presentNumber(keyed.code, 'scanned');
      else if (scene === 'shopping') page.scanGoods(keyed.code);
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [page, ports]);
}
