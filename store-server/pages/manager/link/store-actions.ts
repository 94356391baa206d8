/**
 * What the page asks of the store and does there, over HTTP: each is one call, so that a page whose line is slow or lost
 * can still pause. What cannot be is said in words; nothing here throws.
 */
import type { WordKey } from '../words/languages.ts';

export type Answer<Body> =
  | { readonly kind: 'done'; readonly body: Body }
  /** 401, 403: nobody is signed in who may do this. */
  | { readonly kind: 'not-allowed'; readonly says: WordKey }
  /** faults: what exactly, where the store says so. */
  | { readonly kind: 'failed'; readonly says: WordKey; readonly faults?: readonly string[] };

/** Rows of a name and a sentence. */
export interface DecisionReasons {
  readonly rows: readonly (readonly [name: string, words: string])[];
}

export interface PauseOf {
  readonly what: 'dialogue' | 'channel' | 'everything';
  readonly name?: string;
}

/** By the store's reason, where the page has more to say than by the answer's number. */
const reasons: Readonly<Record<string, WordKey>> = {
  'no-such-dialogue': 'answer.no-such-dialogue',
  'not-paused': 'answer.not-paused',
  'not-counted': 'answer.not-counted',
  outdated: 'answer.outdated',
  faulty: 'answer.faulty',
  'number-shape': 'erase.number-shape',
  'check-digit': 'erase.check-digit',
  'number-prefix': 'erase.number-prefix',
  unknown: 'erase.unknown',
  starting: 'erase.starting',
};
const numbers: Readonly<Record<number, WordKey>> = {
  401: 'answer.sign-in',
  403: 'answer.role',
  404: 'answer.gone',
};

export function whyOf(message: string, language: string): Promise<Answer<DecisionReasons>> {
  return ask(`/api/manager/decisions/${encodeURIComponent(message)}/why?lang=${language}`);
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
    const { reason = '', faults } = body as { reason?: string; faults?: readonly string[] };
    const says = reasons[reason] ?? numbers[response.status] ?? 'answer.not-done';
    if (response.status === 401 || response.status === 403) return { kind: 'not-allowed', says };
    return { kind: 'failed', says, ...(faults === undefined ? {} : { faults }) };
  } catch {
    return { kind: 'failed', says: 'answer.unreachable' };
  }
}
