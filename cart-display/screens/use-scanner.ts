/** A scanner that types: a card while nobody is logged in, goods while somebody shops. */
import { useEffect } from 'react';
import type { CartPage } from '../view/cart-page.ts';
import { sceneOf } from '../view/page-state.ts';
import { type Burst, feedKey, noBurst } from '../view/wedge.ts';

export function useScanner(page: CartPage): void {
  useEffect(() => {
    let burst: Burst = noBurst;
    const onKey = (event: KeyboardEvent): void => {
      // When it was pressed, however busy the page was before it got here.
      const keyed = feedKey(burst, event.key, event.timeStamp);
      burst = keyed.burst;
      if (keyed.code === null) return;
      // The Enter of a scanner must not press whatever has the focus.
      event.preventDefault();
      event.stopPropagation();
      const scene = sceneOf(page.read());
      if (scene === 'idle') page.login.presentNumber(keyed.code, 'scanned');
      else if (scene === 'shopping') page.scanGoods(keyed.code);
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [page]);
}
