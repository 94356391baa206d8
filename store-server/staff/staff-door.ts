/**
 * The door that people of the store come in by: who asks, whether her role may, and whether a page of this store asks
 * for her. Every route and namespace that people use stands behind it. It knows sessions (`sessions.ts`), not PINs.
 *
 * Against requests that another site makes a browser send there are two locks, each enough by itself: the cookie is
 * `SameSite=Strict`, and whatever changes something is refused unless `Origin` and `Sec-Fetch-Site`, where a browser
 * says them, name this store's own pages. A socket is cut when its session ends.
 */
import type { IncomingMessage } from 'node:http';
import type { Timers } from '@kairos/protocol/ports.ts';
import type { FastifyRequest, preHandlerAsyncHookHandler } from 'fastify';
import type { Socket } from 'socket.io';
import { isFromThisMachine } from '../http/guards.ts';
import type { AuditLog } from './audit-log.ts';
import { cookieOf, sessionCookie } from './cookies.ts';
import { isFromOwnPage } from './own-page.ts';
import type { SessionFound, Sessions } from './sessions.ts';
import type { Role } from './staff-file.ts';

export type { Role } from './staff-file.ts';

/** associate: the placeName that facts use (duty.changed, task.claimed). */
export interface SignedIn {
  /** Its id: no secret, and nothing that lets anybody in. */
  readonly session: string;
  readonly associate: string;
  readonly name: string;
  readonly role: Role;
  readonly locale: string;
  /** Where she works, as far as the list of staff says; else empty. */
  readonly zones: readonly string[];
}

export interface StaffEvent {
  /** out: she signed out, her session ran out, or was ended by a manager. */
  readonly kind: 'in' | 'out';
  readonly who: SignedIn;
  /** Of her sessions, on all devices; 0: she is gone. */
  readonly sessionsLeft: number;
}

export type StaffRefusal = 'no-session' | 'session-over' | 'wrong-role' | 'wrong-origin';

export interface StaffDoor {
  /** Fastify preHandler: 401 with no or an expired session, 403 for the wrong role, and for anything but GET/HEAD from another origin. */
  only(...roles: Role[]): preHandlerAsyncHookHandler;
  /** The same; and whoever asks at this machine itself (commands, scripts) without a session and not from another site's page. */
  onlyOrHere(...roles: Role[]): preHandlerAsyncHookHandler;
  /** Who asks, after `only` has let her pass. Throws on a route without it. */
  of(request: FastifyRequest): SignedIn;
  /** Socket.IO middleware of a namespace: refuses wrong origin, role, expired session (`connect_error`, `data.reason`); afterwards `socket.data.staff` is SignedIn; the socket is cut when the session ends. */
  admits(...roles: Role[]): (socket: Socket, next: (error?: Error) => void) => void;
  /** The same; and whoever asks at this machine itself without a session. */
  admitsOrHere(...roles: Role[]): (socket: Socket, next: (error?: Error) => void) => void;
  /** Who has signed in in the browser that this comes from, for a device that anybody may use; null: nobody. No use of her session. */
  glance(request: IncomingMessage): SignedIn | null;
  /** Told of sign-in and sign-out (and expiry), so that duty follows. */
  listen(listener: (event: StaffEvent) => void): void;
  /** One line for the audit log: who did what to what. */
  note(who: SignedIn, deed: string, subject: string): void;
}

/** How often it is looked whether a session has run out. */
const lookEveryMs = 1_000;

const answers: Readonly<Record<StaffRefusal, { readonly code: 401 | 403; readonly words: string }>> = {
  'no-session': { code: 401, words: 'sign in first' },
  'session-over': { code: 401, words: 'your session is over: sign in again' },
  'wrong-role': { code: 403, words: 'this is not for your role' },
  'wrong-origin': { code: 403, words: 'asked from a page that is not this store’s' },
};

export interface SessionDoorOptions {
  readonly sessions: Sessions;
  readonly audit: AuditLog;
  readonly timers: Timers;
}

export class SessionDoor implements StaffDoor {
  readonly #sessions: Sessions;
  readonly #audit: AuditLog;
  readonly #who = new WeakMap<FastifyRequest, SignedIn>();
  readonly #sockets = new Map<string, Set<Socket>>();
  readonly #listeners: ((event: StaffEvent) => void)[] = [];
  readonly #stopLooking: () => void;

  constructor({ sessions, audit, timers }: SessionDoorOptions) {
    this.#sessions = sessions;
    this.#audit = audit;
    sessions.onOpened = (who, sessionsLeft) => this.#tell({ kind: 'in', who, sessionsLeft });
    sessions.onEnded = (who, sessionsLeft) => this.#close(who, sessionsLeft);
    let cancel = (): void => undefined;
    const look = (): void => {
      sessions.endExpired();
      cancel = timers.after(lookEveryMs, look);
    };
    cancel = timers.after(lookEveryMs, look);
    this.#stopLooking = () => cancel();
  }

  only(...roles: Role[]): preHandlerAsyncHookHandler {
    return async (request, reply) => {
      const found = this.#judge(request.raw, roles);
      if ('refusal' in found) return refuse(reply, found.refusal);
      this.#who.set(request, found.who);
      return undefined;
    };
  }

  onlyOrHere(...roles: Role[]): preHandlerAsyncHookHandler {
    const only = this.only(...roles);
    return async function (request, reply) {
      if (!isHere(request.raw)) return only.call(this, request, reply);
      if (!isSafe(request.raw) && !isFromOwnPage(request.raw)) return refuse(reply, 'wrong-origin');
      return undefined;
    };
  }

  of(request: FastifyRequest): SignedIn {
    const who = this.#who.get(request);
    if (who === undefined) throw new Error(`${request.url} asks who is there, and let everybody in: give it only(…)`);
    return who;
  }

  glance(request: IncomingMessage): SignedIn | null {
    const token = cookieOf(request, sessionCookie);
    return token === null ? null : this.#sessions.peek(token);
  }

  admits(...roles: Role[]): (socket: Socket, next: (error?: Error) => void) => void {
    return (socket, next) => {
      const found = this.#judge(socket.request, roles, { isChange: true });
      if ('refusal' in found) {
        next(Object.assign(new Error(found.refusal), { data: { reason: found.refusal } }));
        return;
      }
      socket.data.staff = found.who;
      this.#hold(socket, found.who.session);
      next();
    };
  }

  admitsOrHere(...roles: Role[]): (socket: Socket, next: (error?: Error) => void) => void {
    const admits = this.admits(...roles);
    return (socket, next) => {
      if (isHere(socket.request) && isFromOwnPage(socket.request)) next();
      else admits(socket, next);
    };
  }

  listen(listener: (event: StaffEvent) => void): void {
    this.#listeners.push(listener);
  }

  note(who: SignedIn, deed: string, subject: string): void {
    this.#audit.write({ associate: who.associate, deed, subject, from: this.#sessions.addressOf(who.session) });
  }

  close(): void {
    this.#stopLooking();
  }

  #judge(
    request: IncomingMessage,
    roles: readonly Role[],
    { isChange = !isSafe(request) } = {},
  ): { readonly who: SignedIn } | { readonly refusal: StaffRefusal } {
    const found = this.#find(request);
    if (found.kind !== 'found') return { refusal: found.kind };
    if (isChange && !isFromOwnPage(request)) return { refusal: 'wrong-origin' };
    return roles.includes(found.who.role) ? { who: found.who } : { refusal: 'wrong-role' };
  }

  #find(request: IncomingMessage): SessionFound {
    const token = cookieOf(request, sessionCookie);
    return token === null ? { kind: 'no-session' } : this.#sessions.find(token);
  }

  #hold(socket: Socket, session: string): void {
    const held = this.#sockets.get(session) ?? new Set<Socket>();
    this.#sockets.set(session, held.add(socket));
    // What she does on her device keeps her session; what the store sends her does not.
    socket.use((_, next) => {
      if (this.#sessions.touch(session)) next();
      else socket.disconnect(true);
    });
    socket.once('disconnect', () => {
      held.delete(socket);
      if (held.size === 0) this.#sockets.delete(session);
    });
  }

  #close(who: SignedIn, sessionsLeft: number): void {
    for (const socket of [...(this.#sockets.get(who.session) ?? [])]) {
      socket.emit('session-over');
      socket.disconnect(true);
    }
    this.#tell({ kind: 'out', who, sessionsLeft });
  }

  #tell(event: StaffEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

/** At this machine, and nobody's in particular: whoever shows a session is judged by it, here as anywhere. */
function isHere(request: IncomingMessage): boolean {
  return cookieOf(request, sessionCookie) === null && isFromThisMachine(request);
}

function isSafe({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

interface Answering {
  code(code: number): { send(body: object): unknown };
}

export function refuse<Reply extends Answering>(reply: Reply, refusal: StaffRefusal): Reply {
  const { code, words } = answers[refusal];
  reply.code(code).send({ reason: refusal, words });
  return reply;
}
