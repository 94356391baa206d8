/** What a till of another maker asks of the store about its lane: HTTP alone, each answered at once but for the wait of a prompt. */
import { z } from 'zod';
import { strength } from './facts.ts';
import type { HttpOperation, HttpParameter } from './http-operation.ts';
import { authorName, derivedId, instantMs, placeName, presentedNumber } from './names.ts';
import { laneSnapshot } from './prompt-events.ts';

/** The longest that a request for a prompt is held. */
export const laneWaitMaxSeconds = 25;

/** The customer's card, or the number that she gave. */
export const laneIdentity = z.strictObject({ means: z.enum(['typed', 'scanned', 'card']), number: presentedNumber });

/** `nobody`: this store does not know her, or she does not want to be remembered; the sale goes on as any other. */
export const laneIdentified = z.strictObject({ outcome: z.enum(['known', 'nobody']), strength });
export const laneQuery = z.strictObject({
  /** The version that the till has: answered when it is another. */
  after: z.coerce.number().int().min(-1).default(-1),
  wait: z.coerce.number().int().min(0).max(laneWaitMaxSeconds).default(0),
});
export const laneShown = z.strictObject({
  /** Since it was first painted. */
  agoMs: z.int().min(0).max(60_000).default(0),
});
export const laneAnswer = z.strictObject({ answer: authorName });
/** `late`: the prompt was gone by then; nothing follows but what the dialogue says of late answers. */
export const laneAnswered = z.strictObject({ outcome: z.enum(['taken', 'late']) });
export const laneEnd = z.strictObject({ reason: z.enum(['ended', 'voided']) });
export const laneQueue = z.strictObject({ waiting: z.int().min(0).max(999) });
export const laneRefusal = z.strictObject({ reason: z.string() });
const storeTime = z.strictObject({ storeTime: instantMs });

const lane: HttpParameter = {
  name: 'lane',
  in: 'path',
  says: 'The till, as the floor plan names it.',
  schema: placeName,
};
const message: HttpParameter = { name: 'prompt', in: 'path', says: 'The id of the prompt.', schema: derivedId };
const refusals = {
  400: { says: 'What was sent cannot be read; `reason` says where.', payload: laneRefusal },
  401: { says: 'No token, or a wrong one, and not from the store’s own machine.', payload: laneRefusal },
  404: { says: 'The floor plan has no such till.', payload: laneRefusal },
  503: { says: 'The store cannot take it now; the sale goes on without.', payload: laneRefusal },
};

export const laneOperations = {
  identify: {
    method: 'post',
    path: '/v1/lanes/{lane}/identity',
    id: 'identify',
    says: 'Somebody is known at the lane from now on: whoever was before is not any more.',
    parameters: [lane],
    body: { schema: laneIdentity },
    answers: { 200: { says: 'Whether this store knows her.', payload: laneIdentified }, ...refusals },
    token: 'device',
  },
  prompt: {
    method: 'get',
    path: '/v1/lanes/{lane}/prompt',
    id: 'prompt',
    says: 'What the lane shows; held until it is another than `after`, or `wait` seconds have passed.',
    parameters: [
      lane,
      { name: 'after', in: 'query', says: 'The version that the till has.', schema: laneQuery.shape.after },
      { name: 'wait', in: 'query', says: 'Seconds to wait for another.', schema: laneQuery.shape.wait },
    ],
    answers: {
      200: { says: 'The whole lane; the same version where nothing has changed.', payload: laneSnapshot },
      ...refusals,
    },
    token: 'device',
  },
  shown: {
    method: 'post',
    path: '/v1/lanes/{lane}/prompts/{prompt}/shown',
    id: 'shown',
    says: 'The prompt has been painted where the associate can see it. Said twice, it counts once.',
    parameters: [lane, message],
    body: { schema: laneShown },
    answers: { 200: { says: 'Noted.', payload: storeTime }, ...refusals },
    token: 'device',
  },
  answer: {
    method: 'post',
    path: '/v1/lanes/{lane}/prompts/{prompt}/answer',
    id: 'answer',
    says: 'What she answered, in one press of a key.',
    parameters: [lane, message],
    body: { schema: laneAnswer },
    answers: { 200: { says: 'Noted, in time or late.', payload: laneAnswered }, ...refusals },
    token: 'device',
  },
  end: {
    method: 'post',
    path: '/v1/lanes/{lane}/end',
    id: 'end',
    says: 'The sale has ended, or was voided: the lane shows nothing of her any more.',
    parameters: [lane],
    body: { schema: laneEnd },
    answers: { 200: { says: 'The lane is empty.', payload: storeTime }, ...refusals },
    token: 'device',
  },
  queue: {
    method: 'post',
    path: '/v1/lanes/{lane}/queue',
    id: 'queue',
    says: 'How many wait. With more than the house allows, the associate is asked for nothing.',
    parameters: [lane],
    body: { schema: laneQueue },
    answers: { 200: { says: 'Noted.', payload: storeTime }, ...refusals },
    token: 'device',
  },
} as const satisfies Record<string, HttpOperation>;
