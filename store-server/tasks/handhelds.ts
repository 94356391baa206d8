/**
 * The line to the associates' handhelds: Socket.IO, namespace `/handheld`, behind the staff's door. Each associate has one
 * view with one version for all of her handhelds; what changes is pushed in the same turn in which it was recorded.
 */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import {
  type HandheldToStore,
  type HandheldView,
  handheldDeed,
  handheldEvents,
  handheldNamespace,
  type StoreToHandheld,
} from '@kairos/protocol/handheld-events.ts';
import type { Clock } from '@kairos/protocol/ports.ts';
import type { Namespace, Server, Socket } from 'socket.io';
import type { RejectionNote } from '../intake/rejections.ts';
import { TokenBuckets } from '../intake/token-buckets.ts';
import type { SignedIn, StaffDoor } from '../staff/staff-door.ts';
import { type Associate, isFloorRole } from './associate.ts';
import { AssociateView } from './associate-view.ts';
import type { TaskDesk } from './desk.ts';

/** Deeds and questions of one associate: so many a second, and so many at once. */
const eventsPerSecond = 50;
const eventsAtOnce = 400;

type HandheldSocket = Socket<HandheldToStore, StoreToHandheld>;

export interface HandheldsOptions {
  readonly io: Server;
  readonly door: Pick<StaffDoor, 'admits' | 'listen' | 'note'>;
  readonly desk: TaskDesk;
  readonly plan: FloorPlan;
  readonly clock: Clock;
  readonly reject: (note: RejectionNote) => void;
}

interface Line {
  readonly view: AssociateView;
  readonly sockets: Set<HandheldSocket>;
  version: number;
  /** Each part as last sent, as text: what is equal is not sent again. */
  sent: ReadonlyMap<string, string>;
}

export class Handhelds {
  readonly #options: HandheldsOptions;
  readonly #lines = new Map<string, Line>();
  readonly #buckets: TokenBuckets;
  #isAsked = false;
  #isClosed = false;

  constructor(options: HandheldsOptions) {
    this.#options = options;
    this.#buckets = new TokenBuckets({ clock: options.clock, perSecond: eventsPerSecond, atOnce: eventsAtOnce });
    const namespace = options.io.of(handheldNamespace) as Namespace<HandheldToStore, StoreToHandheld>;
    namespace.use(options.door.admits('associate', 'lead', 'manager'));
    namespace.on('connection', (socket) => this.#connected(socket));
    options.door.listen(({ kind, who, sessionsLeft }) => {
      if (kind === 'out' && sessionsLeft === 0 && !this.#isClosed) options.desk.signOff(who.associate);
    });
  }

  get connected(): number {
    let count = 0;
    for (const { sockets } of this.#lines.values()) count += sockets.size;
    return count;
  }

  /** Once for all that happens in a turn, before anything else is heard. */
  refresh(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    queueMicrotask(() => {
      this.#isAsked = false;
      if (!this.#isClosed) for (const line of this.#lines.values()) this.#push(line);
    });
  }

  close(): void {
    this.#isClosed = true;
  }

  #connected(socket: HandheldSocket): void {
    const { desk, plan } = this.#options;
    const signedIn = socket.data.staff as SignedIn;
    const who = associateOf(signedIn, desk.crew.find(signedIn.associate));
    desk.crew.know(who);
    const line = this.#lineOf(who);
    line.sockets.add(socket);
    desk.crew.attach(who.associate);
    if (desk.crew.dutyOf(who.associate) === 'off') desk.crew.choose(who.associate, 'on');
    this.#push(line);
    this.#sendSnapshot(line, socket);
    socket.emit('plan', plan);
    socket.use(([event, ...rest], next) => {
      if (!this.#buckets.take(who.associate)) this.#refuse(who, 'too-often', 'too many events', '');
      else if (event !== 'deed' && event !== 'resync')
        this.#refuse(who, 'unknown-topic', `there is no event "${String(event).slice(0, 40)}"`, rest);
      else next();
    });
    socket.on('deed', (payload, answer) => void this.#take(signedIn, who, { payload, answer }));
    socket.on('resync', (request) => {
      if (handheldEvents.resync.payload.safeParse(request).success) this.#sendSnapshot(line, socket);
      else this.#refuse(who, 'unknown-topic', 'a resync names the version the handheld has', request);
    });
    socket.on('disconnect', () => {
      line.sockets.delete(socket);
      if (!this.#isClosed) desk.crew.detach(who.associate);
      this.refresh();
    });
    this.refresh();
  }

  async #take(
    signedIn: SignedIn,
    who: Associate,
    { payload, answer }: { payload: unknown; answer: unknown },
  ): Promise<void> {
    const deed = handheldDeed.safeParse(payload);
    if (!deed.success) {
      const [issue] = deed.error.issues;
      this.#refuse(who, 'body-shape', `a deed: ${issue?.path.join('.')}: ${issue?.message}`, payload);
      return;
    }
    const outcome = await this.#options.desk.do(who, deed.data);
    if (outcome === 'done') this.#note(signedIn, deed.data);
    if (typeof answer === 'function') answer({ id: deed.data.id, outcome });
  }

  /** What concerns everybody is told of in the audit log; what one associate does for one shopper is not. */
  #note(signedIn: SignedIn, deed: { readonly does: string; readonly minutes?: number; readonly till?: string }): void {
    if (deed.does === 'rush')
      this.#options.door.note(signedIn, deed.minutes === 0 ? 'rush.ended' : 'rush', `${deed.minutes} min`);
    if (deed.does === 'queue') this.#options.door.note(signedIn, 'queue', deed.till ?? '');
  }

  #refuse({ associate }: Associate, reason: RejectionNote['reason'], detail: string, raw: unknown): void {
    this.#options.reject({ by: 'handheld', device: associate, reason, detail, raw });
  }

  #lineOf(who: Associate): Line {
    const known = this.#lines.get(who.associate);
    if (known && isSame(known.view.who, who)) return known;
    const { desk } = this.#options;
    const nameOf = (associate: string): string => desk.crew.find(associate)?.name ?? associate;
    const line: Line = {
      view: new AssociateView(desk, who, nameOf),
      sockets: known?.sockets ?? new Set(),
      version: known?.version ?? 0,
      sent: new Map(),
    };
    this.#lines.set(who.associate, line);
    return line;
  }

  #push(line: Line): void {
    if (line.sockets.size === 0) return;
    const now = this.#options.clock.now();
    const view = line.view.make(now);
    const sent = new Map(Object.entries(view).map(([part, value]) => [part, JSON.stringify(value)]));
    const changes = Object.fromEntries(
      Object.entries(view).filter(([part]) => sent.get(part) !== line.sent.get(part)),
    ) as Partial<HandheldView>;
    line.sent = sent;
    if (Object.keys(changes).length === 0) return;
    line.version += 1;
    for (const socket of line.sockets) socket.emit('update', { version: line.version, storeTime: now, changes });
  }

  #sendSnapshot(line: Line, socket: HandheldSocket): void {
    const now = this.#options.clock.now();
    socket.emit('snapshot', { version: line.version, storeTime: now, view: line.view.make(now) });
  }
}

/** As the list of staff has her; what she signed in with where it has changed since. */
function associateOf({ associate, name, role, locale, zones }: SignedIn, listed: Associate | null): Associate {
  return {
    associate,
    name,
    role: isFloorRole(role) ? role : 'associate',
    locale,
    zones: zones.length === 0 ? null : zones,
    fills: listed?.fills ?? [],
  };
}

function isSame(one: Associate, other: Associate): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
