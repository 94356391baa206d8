/**
 * `POST /v1/sales`: receipts over HTTP, POSLog or plain JSON, answered one by one when they are on disk. With a token
 * (`tillFeed.token`) from anywhere, without one from this machine alone.
 */
import type { SaleAnswer } from '@kairos/protocol/till-sale.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isFromThisMachine, isSameSecret } from '../http/guards.ts';
import type { RejectionNote } from '../intake/rejections.ts';
import type { SaleDesk } from './sale-desk.ts';
import { documentBytesMax, type ReadSaleDocument } from './sale-document.ts';

export interface TillRouteOptions {
  readonly token: string | null;
  readonly read: ReadSaleDocument;
  readonly desk: Pick<SaleDesk, 'takeAll'>;
  readonly reject: (note: RejectionNote) => void;
}

export function serveSales(app: FastifyInstance, options: TillRouteOptions): void {
  app.register((routes, _, done) => {
    // Bytes as they came: what a document is, its first character says, whatever a till calls it.
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: documentBytesMax }, (_request, body, parsed) =>
      parsed(null, body),
    );
    routes.post('/v1/sales', { bodyLimit: documentBytesMax }, async (request, reply) => {
      const refusal = refusalOf(request, options.token);
      if (refusal) {
        options.reject({ by: 'http', device: request.ip, reason: 'not-yours', detail: refusal.detail, raw: '' });
        return reply.code(refusal.code).send({ reason: refusal.detail });
      }
      return reply.header('cache-control', 'no-store').send(await take(request.body, options));
    });
    done();
  });
}

async function take(
  body: unknown,
  { read, desk, reject }: TillRouteOptions,
): Promise<{ answers: SaleAnswer[]; fault?: { reason: string; detail: string } }> {
  const { records, fault } = read(body instanceof Uint8Array ? body : new Uint8Array());
  const answers = await desk.takeAll(records, 'http');
  if (fault === null) return { answers };
  reject({ by: 'http', device: '', reason: fault.reason, detail: `sales: ${fault.detail}`, raw: '' });
  return { answers, fault };
}

function refusalOf(request: FastifyRequest, token: string | null): { code: 401 | 403; detail: string } | null {
  if (token === null) {
    return isFromThisMachine(request.raw)
      ? null
      : { code: 403, detail: 'sales are taken from this machine alone: give tillFeed.token to take them from others' };
  }
  const shown = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (shown !== undefined && isSameSecret(shown, token)) return null;
  return { code: 401, detail: 'show the token of tillFeed as "Authorization: Bearer …"' };
}
