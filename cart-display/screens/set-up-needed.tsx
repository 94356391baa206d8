/** For whoever sets the page up: its address says no cart. In English, since no shopper ever sees it. */
import type { ReactElement } from 'react';

export function SetUpNeeded(): ReactElement {
  return (
    <main className="page-plain">
      <h1 className="headline">This page needs to know its cart</h1>
      <p>Add its name to the address, as in /cart/?cart=cart-13. The store’s configuration lists the carts.</p>
    </main>
  );
}
