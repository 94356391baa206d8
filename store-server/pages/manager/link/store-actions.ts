/**
 * What the page asks of the store and does there, over HTTP: each is one call, so that a page whose line is slow or lost
 * can still pause. What cannot be is said in words; nothing here throws.
 */

export type Answer<Body> =
  | { readonly kind: 'done'; readonly body: Body }
  /** 401, 403: nobody is signed in who may do this. */
  | { readonly kind: 'not-allowed'; readonly says: string }
  /** faults: what exactly, where the store says so. */
  | { readonly kind: 'failed'; readonly says: string; readonly faults?: readonly string[] };

/** Rows of a name and a sentence. */
export interface DecisionReasons {
  readonly rows: readonly (readonly [name: string, words: string])[];
}

export interface PauseOf {
  readonly what: 'dialogue' | 'channel' | 'everything';
  readonly name?: string;
}

const refusals: Readonly<Record<number, string>> = {
  401: 'Sign in to do this.',
  403: 'Your role does not allow this.',
  404: 'The store keeps nothing about this any more.',
};

export function whyOf(message: string): Promise<Answer<DecisionReasons>> {
  return ask(`/api/manager/decisions/${encodeURIComponent(message)}/why`);
}

export function setPause({ what, name }: PauseOf, minutes: number): Promise<Answer<object>> {
  return ask('/api/manager/pauses', { method: 'POST', body: { ...thing(what, name), minutes } });
}

export function liftPause({ what, name }: PauseOf): Promise<Answer<object>> {
  return ask('/api/manager/pauses/lift', { method: 'POST', body: thing(what, name) });
}

function thing(what: PauseOf['what'], name = ''): PauseOf {
  return what === 'everything' ? { what } : { what, name };
}

export async function ask<Body>(
  path: string,
  change?: { readonly method: string; readonly body?: object },
): Promise<Answer<Body>> {
  try {
    const response = await fetch(path, {
      method: change?.method ?? 'GET',
      ...(change?.body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(change.body) }),
    });
    const body = response.status === 204 ? {} : await response.json();
    if (response.ok) return { kind: 'done', body: body as Body };
    const { words, faults } = body as { words?: string; faults?: readonly string[] };
    const says = refusals[response.status] ?? words ?? 'The store could not do this.';
    if (response.status === 401 || response.status === 403) return { kind: 'not-allowed', says };
    return { kind: 'failed', says, ...(faults === undefined ? {} : { faults }) };
  } catch {
    return { kind: 'failed', says: 'The store cannot be reached. Try again in a moment.' };
  }
}
