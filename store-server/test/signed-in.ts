/**
 * People of the store for scenarios: four who may sign in, and their sessions, by program or in a page. A PIN that she
 * has not set yet is set on the way, by the road that a store takes: a code, asked for at this machine.
 */
import type { BrowserContext } from 'playwright-core';
import type { PinCodeAnswer, StaffList } from '../staff/staff-routes.ts';

export const crew = {
  associate: { badge: '1001', pin: '314159', id: 'ana', name: 'Ana', role: 'associate', locale: 'en' },
  second: { badge: '1002', pin: '271828', id: 'ben', name: 'Ben', role: 'associate', locale: 'de' },
  lead: { badge: '2001', pin: '161803', id: 'lea', name: 'Lea', role: 'lead', locale: 'en' },
  manager: { badge: '3001', pin: '141421', id: 'mira', name: 'Mira', role: 'manager', locale: 'en' },
  service: { badge: '4001', pin: '173205', id: 'sam', name: 'Sam', role: 'service', locale: 'en' },
} as const;

/** As `staff.yaml` has them. */
export const crewFile = { staff: Object.values(crew).map(({ pin: _, ...member }) => member) };

export interface SignedInAs {
  /** For `fetch`, and for a socket's `extraHeaders`. */
  readonly headers: { readonly cookie: string };
  readonly cookies: readonly { readonly name: string; readonly value: string }[];
}

/** `base` is "http://127.0.0.1:8080". Throws with what the store says where she is not let in. */
export async function signIn(base: string, badge: string, pin: string): Promise<SignedInAs> {
  const { staff } = (await (await fetch(`${base}/api/staff`)).json()) as StaffList;
  const hasPin = staff.find((one) => one.badge === badge)?.hasPin ?? true;
  const answer = hasPin
    ? await post(`${base}/api/sign-in`, { badge, pin })
    : await post(`${base}/api/sign-in/pin`, { badge, pin, code: await codeFor(base, badge) });
  if (!answer.ok) throw new Error(`${badge} is not let in: ${await answer.text()}`);
  const cookies = answer.headers.getSetCookie().map((line) => {
    const [pair = ''] = line.split(';');
    const at = pair.indexOf('=');
    return { name: pair.slice(0, at), value: pair.slice(at + 1) };
  });
  return { headers: { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') }, cookies };
}

/** The same for every page of a browser's context. */
export async function signInContext(
  context: BrowserContext,
  { base, badge, pin }: { readonly base: string; readonly badge: string; readonly pin: string },
): Promise<void> {
  const { cookies } = await signIn(base, badge, pin);
  const { hostname } = new URL(base);
  await context.addCookies(
    cookies.map((cookie) => ({ ...cookie, domain: hostname, path: '/', httpOnly: true, sameSite: 'Strict' as const })),
  );
}

async function codeFor(base: string, badge: string): Promise<string> {
  const answer = await post(`${base}/api/staff/codes`, { badge });
  return ((await answer.json()) as PinCodeAnswer).code;
}

function post(url: string, body: object): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}
