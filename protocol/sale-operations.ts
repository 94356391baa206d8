/** Receipts over HTTP, as the OpenAPI document tells of them; what a receipt may say stands in `till-sale.ts`. */
import { z } from 'zod';
import type { HttpOperation } from './http-operation.ts';
import { saleAnswer, tillSale } from './till-sale.ts';

const refusal = z.strictObject({ reason: z.string() });

export const saleOperations = {
  sales: {
    method: 'post',
    path: '/v1/sales',
    id: 'sales',
    says:
      'Receipts, one or a list, as plain JSON or as POSLog; answered one by one when they are on disk. After `try-again`, ' +
      'or no answer, the same again: a receipt counts once.',
    body: { schema: z.union([tillSale, z.array(tillSale)]), alsoAs: ['application/xml'] },
    answers: {
      200: {
        says: 'What became of each.',
        payload: z.strictObject({
          answers: z.array(saleAnswer),
          fault: z.strictObject({ reason: z.string(), detail: z.string() }).optional(),
        }),
      },
      401: { says: 'No token of the till feed, or a wrong one.', payload: refusal },
      403: { says: 'Without a token, from this machine alone.', payload: refusal },
    },
    token: 'till-feed',
  },
} as const satisfies Record<string, HttpOperation>;
