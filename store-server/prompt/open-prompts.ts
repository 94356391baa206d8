/** The prompt at tills, put together: the board of lanes, and the ways to it (pages, frames, tills of other makers). */

import type { Coupon } from '@kairos/protocol/coupon.ts';
import type { Ack } from '@kairos/protocol/device-facts.ts';
import type { FactBody } from '@kairos/protocol/facts.ts';
import type { TillCoupon } from '@kairos/protocol/prompt-events.ts';
import type { FastifyInstance } from 'fastify';
import type { Server } from 'socket.io';
import type { ScreenWatch } from '../delivery/screen-watch.ts';
import type { Intake } from '../intake/intake.ts';
import type { Foundations, Mind } from '../mind.ts';
import type { StaffDoor } from '../staff/staff-door.ts';
import { allowFrames } from './frame-policy.ts';
import { HeldRequests } from './held-requests.ts';
import { LaneBoard } from './lane-board.ts';
import { LaneDesk } from './lane-desk.ts';
import { LaneDoor } from './lane-door.ts';
import { LanePresence } from './lane-presence.ts';
import { serveLanes } from './lane-routes.ts';
import { LaneSockets } from './lane-sockets.ts';
import { toldBefore } from './told-before.ts';

/** What delivery has for it, once there is one. */
export interface PromptSeams {
  readonly io: Server;
  readonly watch: ScreenWatch;
  readonly isHeld: (message: string) => boolean;
  /** What a prompt promises, if it promises anything. */
  readonly rewardOf: (message: string) => FactBody<'reward.issued'> | null;
}

export interface Prompts {
  routes(app: FastifyInstance): void;
  /** Sockets can be opened when HTTP stands; until then no lane shows a prompt. */
  connect(seams: PromptSeams): void;
  released(messages: readonly string[]): void;
  /** Nothing at this till prints it. */
  showCoupon(till: string, coupon: Coupon): void;
  sendAck(device: string, ack: Ack): void;
  readonly connected: number;
  close(): void;
}

export interface PromptsOptions extends Foundations, Mind {
  readonly intake: Pick<Intake, 'receive' | 'reject' | 'transact'>;
  readonly staff: Pick<StaffDoor, 'glance' | 'note'>;
}

export function openPrompts(options: PromptsOptions): Prompts {
  const { config, visits, people, engine, conductor, journal, clock, ports, intake, staff } = options;
  const { store, floorPlan, tillPage } = config;
  const tills = floorPlan.tills.map(({ id }) => id);
  const door = new LaneDoor(config);
  const seams: { current: PromptSeams | null; sockets: LaneSockets | null } = { current: null, sockets: null };
  const wake = (subject: number): void => conductor.wake(subject);
  const board = new LaneBoard({
    tills,
    store,
    frameOrigins: tillPage.frameOrigins,
    visits,
    people,
    engine,
    clock,
    timers: ports.timers,
    isHeld: (message) => seams.current?.isHeld(message) ?? true,
    couponOf: (message) => couponOf(seams.current?.rewardOf(message) ?? null),
    localeOf: (till) => seams.sockets?.localeOf(till) ?? store.locale,
    fetchTold: (visit, locale) => toldBefore(visit, locale, { journal, engine, wake }),
  });
  const presence = new LanePresence(
    {
      connected: (till) => seams.current?.watch.connected(till),
      gone: (till) => seams.current?.watch.gone(till),
    },
    ports.timers,
  );
  const held = new HeldRequests(board, ports.timers);
  const desk = new LaneDesk({ intake, board, visits, clock, random: ports.random });
  return {
    routes: (app) => {
      allowFrames(app, tillPage.frameOrigins);
      serveLanes(app, { board, desk, door, presence, held, clock });
    },
    connect: (delivery) => {
      seams.current = delivery;
      seams.sockets = new LaneSockets({
        io: delivery.io,
        tills,
        board,
        door,
        presence,
        watch: delivery.watch,
        staff,
        clock,
        receive: (device, payload) => intake.receive(device, 'screen', payload),
        reject: intake.reject,
      });
      for (const till of tills) board.look(till);
      options.listeners.push((facts) => board.deliver(facts));
      options.forgetters.push((subjects) => board.forget(subjects));
    },
    released: (messages) => board.released(messages),
    showCoupon: (till, { message, reward }) => {
      const coupon = couponOf(reward);
      if (coupon) board.showCoupon(till, { id: message, coupon });
    },
    sendAck: (device, ack) => seams.sockets?.sendAck(device, ack),
    get connected() {
      return seams.sockets?.connected ?? 0;
    },
    close: () => {
      held.close();
      board.close();
      presence.close();
    },
  };
}

function couponOf(
  reward: Pick<FactBody<'reward.issued'>, 'reward' | 'value' | 'unit' | 'until'> | null,
): TillCoupon | null {
  if (reward === null) return null;
  const { value, unit, until } = reward;
  return { value, unit, ...(until === undefined ? {} : { until }), code: reward.reward };
}
