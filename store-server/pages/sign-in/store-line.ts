/** What these pages ask the store, over HTTP, one question at a time. Nothing here throws. */

export type StoreAnswer<Body> =
  | { readonly kind: 'done'; readonly body: Body }
  | { readonly kind: 'refused'; readonly status: number; readonly body: { readonly reason?: string } & object }
  | { readonly kind: 'unreachable' };

export async function askStore<Body>(path: string, sent?: object): Promise<StoreAnswer<Body>> {
  try {
    const response = await fetch(
      path,
      sent === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(sent) },
    );
    const body: unknown = response.status === 204 ? {} : await response.json();
    if (response.ok) return { kind: 'done', body: body as Body };
    return { kind: 'refused', status: response.status, body: body as { reason?: string } };
  } catch {
    return { kind: 'unreachable' };
  }
}
