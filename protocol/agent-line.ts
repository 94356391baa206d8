/**
 * What a cart's page and the agent of the same cart say to each other: a WebSocket on loopback, one JSON text a message
 * (DESIGN section 8). Numbers that are keyed on the page are judged and hashed by the agent, so that none leaves the
 * cart where the chain wants that; the page hears at once what the agent's scanner has read.
 *
 * The page speaks first (`hello`, with the token that both were given) and is welcomed, or the line is closed with one
 * of `agentClosings` and words for whoever sets it up.
 */
import { z } from 'zod';
import { rejectReason } from './device-facts.ts';
import { placeName, presentedNumber } from './names.ts';
import { numberDigest } from './number-digest.ts';

export const agentLinePath = '/page';
/** Bytes of one message, either way. */
export const agentMessageBytesMax = 1_024;

export const pageToAgent = z.discriminatedUnion('say', [
  z.strictObject({ say: z.literal('hello'), cart: placeName, token: z.string().max(200) }),
  z.strictObject({
    say: z.literal('number'),
    /** Of the page's choosing; the answer bears it. */
    id: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
    means: z.enum(['typed', 'scanned']),
    number: presentedNumber,
  }),
]);
export type PageToAgent = z.infer<typeof pageToAgent>;

export const judgedNumber = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('digest'), digest: numberDigest }),
  /** It is one of the chain's, and the chain hashes none: it may go as it is. */
  z.strictObject({ kind: z.literal('plain') }),
  z.strictObject({
    kind: z.literal('refused'),
    reason: rejectReason.extract(['number-shape', 'check-digit', 'number-prefix']),
  }),
  /** The agent has never heard from its store: whose numbers these are, and what to hash with, it does not know. */
  z.strictObject({ kind: z.literal('not-yet') }),
]);
export type JudgedNumber = z.infer<typeof judgedNumber>;

export const agentToPage = z.discriminatedUnion('say', [
  z.strictObject({ say: z.literal('welcome') }),
  z.strictObject({ say: z.literal('judged'), id: z.int().min(1), judged: judgedNumber }),
  /** goods: on the agent's disk, on its way to the store · unknown: misread, or nothing that the store sells. */
  z.strictObject({ say: z.literal('scanned'), outcome: z.enum(['goods', 'unknown']) }),
]);
export type AgentToPage = z.infer<typeof agentToPage>;

/** Why the agent closes a line, as the WebSocket's code. */
export const agentClosings = { 'wrong-token': 4001, 'other-cart': 4002, unreadable: 4003, 'too-much': 4004 } as const;
export type AgentClosing = keyof typeof agentClosings;
