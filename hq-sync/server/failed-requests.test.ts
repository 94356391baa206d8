import fastify from 'fastify';
import { expect, it } from 'vitest';
import { type FailedRequest, FailedRequests } from './failed-requests.ts';

it('a request that fails here is told in the log once a minute, counted, and says nothing of anybody', async () => {
  const { clock, pass } = timed();
  const told: FailedRequest[] = [];
  const failed = new FailedRequests({ clock, onFailed: (one) => told.push(one) });
  const app = fastify();
  failed.watch(app);
  app.get('/w/:token', async () => {
    throw Object.assign(new Error('invalid input "Ada Lovelace" for a column'), { code: '22P02' });
  });
  app.get('/odd', async () => {
    throw Object.assign(new Error('that is no form'), { statusCode: 415 });
  });
  const ask = async (url: string): Promise<[number, string]> => {
    const { statusCode, body } = await app.inject({ url });
    return [statusCode, body];
  };
  const [status, body] = await ask('/w/secret-of-hers');
  expect([status, JSON.parse(body).reason]).toEqual([500, 'failed']);
  expect(body).not.toContain('column');
  await ask('/w/another');
  pass(60_000);
  await ask('/w/another');
  expect(told).toEqual([
    { route: 'GET /w/:token', code: '22P02', said: 'invalid input "…" for a column', count: 1 },
    { route: 'GET /w/:token', code: '22P02', said: 'invalid input "…" for a column', count: 3 },
  ]);
  // What was wrong with the question is its own answer.
  expect((await ask('/odd'))[0]).toBe(415);
  expect(failed.standing).toEqual({ count: 3, lastAt: clock.now() });
  await app.close();
});

function timed(): { clock: { now(): number }; pass: (ms: number) => void } {
  let now = 1_000;
  return {
    clock: { now: () => now },
    pass: (ms) => {
      now += ms;
    },
  };
}
