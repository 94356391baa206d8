/**
 * The line to the manager's pages: the whole on connecting, then what has changed, gathered and sent a few times a
 * second, made once for all pages. While no page is open it takes note of nothing and asks nobody.
 */
import type { Fact } from '@kairos/protocol/facts.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import {
  type ManagerChanges,
  type ManagerNeed,
  type ManagerPause,
  type ManagerPulse,
  type ManagerScreen,
  type ManagerState,
  managerNamespace,
  type StoreToManager,
} from '@kairos/protocol/manager-events.ts';
import type { Clock, Timers } from '@kairos/protocol/ports.ts';
import type { Namespace, Server, Socket } from 'socket.io';
import type { SignedIn } from '../staff/staff-door.ts';
import type { Visits } from '../visits/visits.ts';
import type { DecisionBook } from './decision-book.ts';
import type { FloorMap } from './floor-map.ts';
import type { Lanes } from './lanes.ts';

/** Five times a second: fast enough to be seen as movement, slow enough to cost the store little. */
const changesEveryMs = 200;
/** What is worked out from many parts of the store is looked at every so many of these. */
const slowEvery = 10;
const rateOverSlow = 5;

export interface ManagerFeedOptions {
  readonly io: Server;
  /** Who may watch. */
  readonly admits: (socket: Socket, next: (error?: Error) => void) => void;
  readonly store: ManagerState['store'];
  readonly plan: FloorPlan;
  readonly floor: FloorMap;
  readonly visits: Pick<Visits, 'visitOf' | 'visitOfTask' | 'staff'>;
  readonly decisions: DecisionBook;
  readonly lanes: Lanes;
  readonly screens: () => ManagerScreen[];
  /** Where an associate says she is; null: where she serves. */
  readonly placeOf: (associate: string) => string | null;
  readonly needs: () => Promise<ManagerNeed[]>;
  readonly pauses: () => ManagerPause[];
  readonly dialogues: () => ManagerState['dialogues'];
  readonly latency: () => ManagerPulse['latency'];
  readonly clock: Clock;
  readonly timers: Timers;
}

export class ManagerFeed {
  readonly #options: ManagerFeedOptions;
  readonly #namespace: Namespace<Record<string, never>, StoreToManager>;
  /** Places of carts that may look different now. */
  readonly #carts = new Set<number>();
  readonly #screens = new Set<string>();
  #isLanesNews = false;
  #isStaffNews = false;
  #isPausesNews = false;
  #needs: ManagerNeed[] = [];
  /** What was sent last, as text: sent again only when it reads otherwise. */
  #needsText = '';
  #pausesText = '';
  #associatesText = '';
  #facts = 0;
  /** Facts in each of the last slow rounds. */
  readonly #rate: number[] = [];
  #round = 0;
  #isWatched = false;
  #loaded: Promise<void> = Promise.resolve();
  #cancel: () => void = () => undefined;

  constructor(options: ManagerFeedOptions) {
    this.#options = options;
    this.#namespace = options.io.of(managerNamespace);
    this.#namespace.use((socket, next) => options.admits(socket as unknown as Socket, next));
    this.#namespace.on('connection', (socket) => {
      this.#begin();
      this.#loaded.then(
        () => socket.emit('state', this.#stateFor(socket)),
        () => socket.disconnect(true),
      );
      socket.on('disconnect', () => {
        if (this.#namespace.sockets.size === 0) this.#end();
      });
    });
  }

  note(facts: readonly Fact[]): void {
    // A lane that was heard of while nobody watched is known when somebody does.
    if (!this.#isWatched) {
      for (const fact of facts) if (fact.type === 'queue.changed') this.#options.lanes.note(fact);
      return;
    }
    this.#facts += facts.length;
    for (const fact of facts) this.#look(fact);
  }

  /** Nothing that was said to them stays, on the pages that are open neither. */
  forget(subjects: readonly number[]): void {
    if (!this.#isWatched || !this.#options.decisions.forget(subjects)) return;
    for (const socket of this.#namespace.sockets.values()) socket.emit('state', this.#stateFor(socket));
  }

  close(): void {
    this.#end();
  }

  #look(fact: Fact): void {
    switch (fact.type) {
      case 'zone.entered':
      case 'zone.left':
        this.#cart(fact.body.cart);
        return;
      case 'basket.added':
      case 'basket.removed':
        return;
      case 'screen.changed':
        this.#screens.add(fact.body.screen);
        return;
      case 'queue.changed':
        this.#isLanesNews = this.#options.lanes.note(fact);
        return;
      case 'pause.changed':
        this.#isPausesNews = true;
        return;
      case 'duty.changed':
        this.#isStaffNews = true;
        return;
      case 'message.decided':
      case 'message.shown':
      case 'message.answered':
      case 'message.silent':
      case 'message.withdrawn': {
        const decision = this.#options.decisions.note(fact);
        if (decision?.target) this.#cart(decision.target);
        return;
      }
      case 'task.offered':
      case 'task.claimed':
      case 'task.done':
      case 'task.released':
        this.#isStaffNews = true;
        this.#cart(this.#options.visits.visitOfTask(fact.body.task)?.cart);
        return;
      default:
        this.#cart((fact.body as { cart?: string }).cart);
        if (fact.subject !== null) this.#cart(this.#options.visits.visitOf(fact.subject)?.cart);
    }
  }

  #cart(cart: string | null | undefined): void {
    const place = cart == null ? undefined : this.#options.floor.placeOf(cart);
    if (place !== undefined) this.#carts.add(place);
  }

  #begin(): void {
    if (this.#isWatched) return;
    this.#isWatched = true;
    this.#loaded = Promise.all([this.#options.decisions.load(), this.#lookAtNeeds()]).then(() => undefined);
    this.#tick();
  }

  #end(): void {
    this.#isWatched = false;
    this.#cancel();
    this.#options.decisions.clear();
    this.#carts.clear();
    this.#screens.clear();
    this.#rate.length = 0;
    this.#facts = 0;
  }

  #tick(): void {
    this.#cancel = this.#options.timers.after(changesEveryMs, () => {
      this.#round += 1;
      const isSlow = this.#round % slowEvery === 0;
      if (isSlow) this.#countFacts();
      const changes = this.#changes(isSlow);
      if (changes !== null) this.#namespace.emit('changes', changes);
      if (isSlow) void this.#lookAtNeeds();
      this.#tick();
    });
  }

  #changes(isSlow: boolean): ManagerChanges | null {
    const { floor, decisions, lanes, clock } = this.#options;
    const changed = decisions.takeChanged();
    const parts: Omit<ManagerChanges, 'storeTime'> = {
      ...(this.#carts.size === 0 ? {} : { floor: [...this.#carts].map((place) => floor.at(place)) }),
      ...(this.#screens.size === 0 ? {} : { screens: this.#changedScreens() }),
      ...(changed.length === 0 ? {} : { decisions: changed }),
      ...(this.#isLanesNews ? { lanes: lanes.all } : {}),
      // Where she goes to is told by no fact, and neither is the end of a pause.
      ...(this.#isStaffNews || isSlow ? this.#changedAssociates() : {}),
      ...(this.#isPausesNews || isSlow ? this.#changedPauses() : {}),
      ...this.#changedNeeds(),
      ...(isSlow ? { pulse: this.#pulse() } : {}),
    };
    this.#carts.clear();
    this.#screens.clear();
    this.#isLanesNews = false;
    this.#isStaffNews = false;
    this.#isPausesNews = false;
    return Object.keys(parts).length === 0 ? null : { storeTime: clock.now(), ...parts };
  }

  /** The door has left who she is with her socket. */
  #stateFor({ data }: Pick<Socket, 'data'>): ManagerState {
    const staff = data.staff as SignedIn | undefined;
    return { ...this.#state(), me: staff ? { locale: staff.locale } : null };
  }

  #state(): Omit<ManagerState, 'me'> {
    const { clock, store, plan, floor, screens, lanes, decisions, pauses, dialogues } = this.#options;
    return {
      storeTime: clock.now(),
      store,
      plan,
      carts: [...floor.carts],
      floor: floor.all(),
      screens: screens(),
      lanes: lanes.all,
      associates: this.#associates(),
      needs: this.#needs,
      decisions: decisions.newest,
      pauses: pauses(),
      dialogues: dialogues(),
      pulse: this.#pulse(),
    };
  }

  #changedScreens(): ManagerScreen[] {
    return this.#options.screens().filter(({ id }) => this.#screens.has(id));
  }

  #associates(): ManagerState['associates'] {
    const { visits, placeOf } = this.#options;
    return [...visits.staff.onTask()].map(({ associate, zone }) => ({ associate, zone: placeOf(associate) ?? zone }));
  }

  async #lookAtNeeds(): Promise<void> {
    this.#needs = await this.#options.needs();
  }

  #changedNeeds(): { needs?: ManagerNeed[] } {
    const text = JSON.stringify(this.#needs);
    if (text === this.#needsText) return {};
    this.#needsText = text;
    return { needs: this.#needs };
  }

  #changedAssociates(): { associates?: ManagerState['associates'] } {
    const associates = this.#associates();
    const text = JSON.stringify(associates);
    if (text === this.#associatesText) return {};
    this.#associatesText = text;
    return { associates };
  }

  #changedPauses(): { pauses?: ManagerPause[] } {
    const pauses = this.#options.pauses();
    const text = JSON.stringify(pauses);
    if (text === this.#pausesText) return {};
    this.#pausesText = text;
    return { pauses };
  }

  #countFacts(): void {
    this.#rate.push(this.#facts);
    this.#facts = 0;
    if (this.#rate.length > rateOverSlow) this.#rate.shift();
  }

  #pulse(): ManagerPulse {
    const seconds = (this.#rate.length * slowEvery * changesEveryMs) / 1_000;
    const total = this.#rate.reduce((sum, count) => sum + count, 0);
    const factsPerSecond = seconds === 0 ? 0 : Math.round((total / seconds) * 10) / 10;
    return { factsPerSecond, latency: this.#options.latency() };
  }
}
