/** What the page's address says it is: `/cart/?cart=cart-13[&watch=1][&token=…][&scheme=light|dark]`, or `?screen=…`. */

export type PageAddress =
  | {
      /** A cart's screen, or one that hangs in a zone. */
      readonly kind: 'cart' | 'screen';
      readonly name: string;
      readonly isWatching: boolean;
      readonly token: string | null;
      readonly scheme: 'light' | 'dark' | null;
    }
  /** Shown to whoever sets the page up. */
  | { readonly kind: 'unreadable'; readonly name: string };

export function readPageAddress(search: string): PageAddress {
  const parameters = new URLSearchParams(search);
  const cart = parameters.get('cart');
  const name = cart ?? parameters.get('screen') ?? '';
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(name)) return { kind: 'unreadable', name };
  const scheme = parameters.get('scheme');
  return {
    kind: cart === null ? 'screen' : 'cart',
    name,
    isWatching: parameters.get('watch') === '1',
    token: parameters.get('token'),
    scheme: scheme === 'light' || scheme === 'dark' ? scheme : null,
  };
}
