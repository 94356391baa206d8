/** The one page that pages of others may hold in a frame, and only those that the configuration names. */
import type { FastifyInstance } from 'fastify';
import { policyFor } from '../http/guards.ts';

export function allowFrames(app: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  const policy = policyFor(origins);
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.url === '/till/' || request.url.startsWith('/till/?')) reply.header('content-security-policy', policy);
    return payload;
  });
}
