/** The figures' room, put together: the desk that asks the counting thread, and its routes. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Foundations, Mind } from '../../mind.ts';
import type { StaffDoor } from '../../staff/staff-door.ts';
import { serveFigures } from './figure-routes.ts';
import { FiguresDesk } from './figures-desk.ts';

export interface FiguresRoom {
  routes(app: FastifyInstance): void;
  close(): Promise<void>;
}

export interface FiguresRoomOptions extends Pick<Foundations, 'config' | 'clock' | 'log'>, Pick<Mind, 'release'> {
  readonly door: Pick<StaffDoor, 'onlyOrHere'>;
}

export function openFigures({ config, clock, log, release, door }: FiguresRoomOptions): FiguresRoom {
  const { timeZone, currency } = config.store;
  const screens = Object.fromEntries(config.floorPlan.screens.map(({ id, zone }) => [id, zone]));
  const desk = new FiguresDesk({ data: config.data, screens }, () => ({
    timeZone,
    currency,
    titles: Object.fromEntries(release.current.dialogues.map(({ name, title }) => [name, title || name])),
  }));
  // What it has counted before may have been forgotten since, or be forgotten now: it keeps up with that.
  if (existsSync(join(config.data, 'figures.db'))) desk.start();
  return {
    routes: (app) => serveFigures(app, { desk, door, timeZone, now: () => clock.now(), log }),
    close: () => desk.close(),
  };
}
