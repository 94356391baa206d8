/** What the page's address says it is: `/cart/?cart=cart-13[&watch=1][&token=…][&scheme=light|dark]`. */

export type PageAddress =
  | {
      readonly kind: 'cart';
      readonly cart: string;
      readonly isWatching: boolean;
      readonly token: string | null;
      readonly scheme: 'light' | 'dark' | null;
    }
  /** Shown to whoever sets the page up. */
  | { readonly kind: 'unreadable'; readonly cart: string };

export function readPageAddress(search: string): PageAddress {
  const parameters = new URLSearchParams(search);
  const cart = parameters.get('cart') ?? '';
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(cart)) return { kind: 'unreadable', cart };
  const scheme = parameters.get('scheme');
  return {
    kind: 'cart',
    cart,
    isWatching: parameters.get('watch') === '1',
    token: parameters.get('token'),
    scheme: scheme === 'light' || scheme === 'dark' ? scheme : null,
  };
}
