/**
 * What the page's address says it is: `/till/?till=till-1[&scheme=light|dark]#token=…`. The token stands behind the #, so
 * that it is in no request and no log.
 */

export interface TillAddress {
  /** Null: shown to whoever sets the page up. */
  readonly till: string | null;
  readonly token: string | null;
  readonly scheme: 'light' | 'dark' | null;
}

export function readTillAddress({ search, hash }: { readonly search: string; readonly hash: string }): TillAddress {
  const parameters = new URLSearchParams(search);
  const till = parameters.get('till') ?? '';
  const scheme = parameters.get('scheme');
  return {
    till: /^[a-z0-9][a-z0-9-]{0,39}$/.test(till) ? till : null,
    token: new URLSearchParams(hash.replace(/^#/, '')).get('token'),
    scheme: scheme === 'light' || scheme === 'dark' ? scheme : null,
  };
}
