/**
 * Facts from outside, over HTTP, as the OpenAPI document of headquarters tells of them: what a retailer's other systems
 * know (a web shop, a customer service, a phone plan), and what the script on its own site reports.
 */
import { z } from 'zod';
import { consentPurpose, customFactBody, factKinds, scalar } from './facts.ts';
import type { HttpOperation } from './http-operation.ts';
import { attributeLengthMax } from './listed-attribute.ts';
import { authorName, derivedId, instantMs } from './names.ts';

/** Facts of one request. */
export const outsideFactsMax = 500;
/** Reports of one request of the script. */
export const siteReportsMax = 50;

/** Kinds that may come from outside, beside a retailer's own (`custom.NAME`). */
export const outsideTypes = [
  'site.visited',
  'sale',
  'return',
  'consent.changed',
  'customer.changed',
  'goods.changed',
] as const;
export type OutsideType = (typeof outsideTypes)[number];

/** What an address of each kind looks like, wherever it is told: in a list, by another system. */
export const addressShapes = {
  email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
  phone: /^\+?[0-9 ()./-]{5,30}$/,
  post: /\S/,
} as const;
const addressOf = (kind: keyof typeof addressShapes) =>
  z.string().max(attributeLengthMax).regex(addressShapes[kind]).optional();

/**
 * `customer.changed` from outside brings the values with it; the fact itself names the attributes alone. `address`: where
 * she can be reached from now on; what is not named stays as it is. Whether she agreed to be is a matter of consent.
 */
export const outsideCustomerBody = z.strictObject({
  attributes: z.record(authorName, scalar).refine((some) => Object.keys(some).length <= 64, 'at most 64 attributes'),
  address: z.strictObject({ email: addressOf('email'), phone: addressOf('phone'), post: addressOf('post') }).optional(),
});
export const outsideConsentBody = z.strictObject({ purpose: consentPurpose, granted: z.boolean() });

/** What a fact of each kind says, where it comes from outside. */
export const outsideBodies = {
  'site.visited': factKinds['site.visited'].body,
  sale: factKinds.sale.body,
  return: factKinds.return.body,
  'consent.changed': outsideConsentBody,
  'customer.changed': outsideCustomerBody,
  'goods.changed': factKinds['goods.changed'].body,
} as const satisfies Record<OutsideType, z.ZodType>;
const customType = z.string().regex(/^custom\.[a-z][A-Za-z0-9-]{0,39}$/);

/** A source's own id of a fact: the same fact comes under the same id, however often. */
const outsideId = z.string().regex(/^[\x21-\x7e]{1,120}$/, '1 to 120 printable characters without blanks');
const handle = z.string().max(300);

export const outsideFact = z.strictObject({
  id: outsideId,
  /** Whom it is about: her card or the chain's own number for her, or a handle; nobody, for goods. */
  number: z.string().min(1).max(80).optional(),
  handle: handle.optional(),
  type: z.union([z.enum(outsideTypes), customType], `is one of ${outsideTypes.join(', ')}, or custom.name`),
  /** When it happened. */
  at: instantMs,
  body: z.unknown(),
});
export type OutsideFact = z.infer<typeof outsideFact>;

/** The same with what each kind says, as the document tells it; the server judges a fact first, and then its body. */
const outsideFactOfKind = z.union([
  ...outsideTypes.map((type) =>
    z.strictObject({ ...outsideFact.shape, type: z.literal(type), body: outsideBodies[type] }),
  ),
  z.strictObject({ ...outsideFact.shape, type: customType, body: customFactBody }),
]);

export const outsideBatch = z.strictObject({ facts: z.array(z.unknown()).min(1).max(outsideFactsMax) });

/** Why one fact was not taken: a closed list. */
export const outsideReasons = [
  'unreadable',
  'not-allowed',
  'no-customer',
  'check-digit',
  'number-shape',
  'number-prefix',
  'handle',
  'in-the-future',
  'too-large',
] as const;
export type OutsideReason = (typeof outsideReasons)[number];

/** taken: it counts, now or since it came first. nobody: she wants to be forgotten, and nothing is kept. */
export const outsideOutcome = z.strictObject({
  id: z.string().nullable(),
  outcome: z.enum(['taken', 'nobody', 'refused']),
  reason: z.enum(outsideReasons).optional(),
  /** "body.lines.0.amount" */
  path: z.string().optional(),
  message: z.string().optional(),
});
export type OutsideOutcome = z.infer<typeof outsideOutcome>;

const outsideRefusal = z.strictObject({ reason: z.string(), path: z.string().optional(), message: z.string() });

/** Milliseconds since it happened: the clock of her machine says how long ago, and not when. */
const agoMs = z
  .int()
  .min(0)
  .max(30 * 86_400_000);
const reportId = z.string().regex(/^[A-Za-z0-9-]{8,40}$/);

export const siteReport = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('visit'), id: reportId, agoMs, ...factKinds['site.visited'].body.shape }),
  z.strictObject({
    ...{ kind: z.literal('purchase'), id: reportId, agoMs },
    ...factKinds.sale.body.omit({ till: true, cart: true }).shape,
  }),
  /** The first paint that she could see. */
  z.strictObject({ kind: z.literal('shown'), id: reportId, agoMs, message: derivedId }),
  z.strictObject({
    ...{ kind: z.literal('answered'), id: reportId, agoMs, message: derivedId },
    answer: authorName,
    form: z.record(authorName, scalar).optional(),
  }),
  /** She closed it, or went on. */
  z.strictObject({ kind: z.literal('silent'), id: reportId, agoMs, message: derivedId }),
  /** A report that the script could not send: larger than a request may be, or no JSON. Refused for this reason, and counted. */
  z.strictObject({
    ...{ kind: z.literal('dropped'), id: reportId, agoMs },
    what: z.enum(['visit', 'purchase', 'shown', 'answered', 'silent']),
    why: z.enum(['too-large', 'unreadable']),
  }),
]);
export type SiteReport = z.infer<typeof siteReport>;

export const siteRequest = z.strictObject({
  handle,
  reports: z.array(z.unknown()).max(siteReportsMax).default([]),
  /** She may be spoken to now. */
  ask: z.boolean().default(false),
});

/** What is to be said to her on the site, in her language. */
export const siteMessage = z.strictObject({
  message: derivedId,
  locale: z.string(),
  direction: z.enum(['ltr', 'rtl']),
  headline: z.string(),
  body: z.string(),
  answers: z.array(z.strictObject({ id: authorName, label: z.string() })),
  /** What the button says that puts it away. */
  close: z.string(),
  /** Milliseconds for which it may be shown. */
  forMs: z.int(),
});
export type SiteMessage = z.infer<typeof siteMessage>;

export const siteAnswer = z.strictObject({ outcomes: z.array(outsideOutcome), message: siteMessage.nullable() });

const refusals = {
  400: { says: 'What was sent cannot be read; `path` says where.', payload: outsideRefusal },
  401: { says: 'These are no source’s credentials.', payload: outsideRefusal },
  415: { says: 'What was sent is no JSON.', payload: outsideRefusal },
  413: { says: 'More than a request may hold.', payload: outsideRefusal },
  429: { says: 'Too many requests at once; the same again after `retry-after` seconds.', payload: outsideRefusal },
};

export const outsideOperations = {
  facts: {
    method: 'post',
    path: '/v1/facts',
    id: 'facts',
    says:
      `Up to ${outsideFactsMax} facts, each answered by itself in their order. A fact counts once: the same id again has the ` +
      'same outcome. After no answer, or 429, or 5xx: the same again.',
    body: { schema: z.strictObject({ facts: z.array(outsideFactOfKind).min(1).max(outsideFactsMax) }) },
    answers: {
      200: { says: 'What became of each.', payload: z.strictObject({ outcomes: z.array(outsideOutcome) }) },
      ...refusals,
    },
    token: 'source',
  },
  site: {
    method: 'post',
    path: '/v1/site',
    id: 'site',
    says: 'What the script on the retailer’s site reports of a visitor whom the site knows, and what is to be said to her.',
    body: {
      schema: z.strictObject({ ...siteRequest.shape, reports: z.array(siteReport).max(siteReportsMax).default([]) }),
      alsoAs: ['text/plain'],
    },
    answers: {
      200: { says: 'What became of each report, and a message or none.', payload: siteAnswer },
      ...refusals,
      403: { says: 'A page of this origin is not known to headquarters.', payload: outsideRefusal },
    },
    token: 'handle',
  },
} as const satisfies Record<string, HttpOperation>;
