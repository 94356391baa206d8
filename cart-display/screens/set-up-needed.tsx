/** For whoever sets the page up: its address says neither cart nor screen. In English, since no shopper ever sees it. */
import type { ReactElement } from 'react';

export function SetUpNeeded(): ReactElement {
  return (
    <main className="page-plain">
      <h1 className="headline">This page needs to know its cart or screen</h1>
      <p>
        Add its name to the address, as in /cart/?cart=cart-13 or /cart/?screen=screen-1. The store’s configuration
        lists the carts, its floor plan the screens.
      </p>
    </main>
  );
}
