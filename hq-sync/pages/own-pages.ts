/** The pages of headquarters beside those of the channels: preferences, behind a personal link, and the operators' own. */
import type { FastifyInstance } from 'fastify';
import type { Look } from '../channels/web/look-files.ts';
import { type HqPagesOptions, serveHqPages } from './hq-routes.ts';
import { servePreferences } from './preference-routes.ts';

/** In a scope that takes forms. */
export function serveOwnPages(app: FastifyInstance, look: Look, options: HqPagesOptions): void {
  servePreferences(app, look, options);
  serveHqPages(app, look, options);
}
