/**
 * What a device needs to trust this store: the authority's certificate, its fingerprint to compare, and where to go
 * then. For everybody, over plain HTTP too: nothing of it is secret. What makes it safe is that a person compares the
 * fingerprint with the one that this machine shows.
 */
import type { FastifyInstance } from 'fastify';
import { encode } from 'uqr';
import type { SecureFront } from './secure-front.ts';

/** `GET /api/trust` */
export interface TrustAnswer {
  readonly title: string;
  /** Null where the store speaks on its own machine alone, and nothing is to be trusted. */
  readonly authority: {
    /** SHA-256, "AB:CD:…". */
    readonly fingerprint: string;
    readonly endsAtMs: number;
    /** Where to go once the device trusts it; the likeliest first. */
    readonly addresses: readonly string[];
    /** This page, for a device that has not been here. */
    readonly trustAddress: string;
    /** The same as a QR code: rows of 0 and 1, quiet zone included. */
    readonly qr: readonly string[];
  } | null;
}

const certificatePath = '/trust/kairos-store.crt';

export function serveTrust(
  app: FastifyInstance,
  { front, title }: { readonly front: SecureFront | null; readonly title: string },
): void {
  app.get('/api/trust', (_, reply) =>
    reply
      .header('cache-control', 'no-store')
      .send({ title, authority: front && authorityOf(front) } satisfies TrustAnswer),
  );
  app.get(certificatePath, (_, reply) => {
    if (front === null) return reply.code(404).send({ reason: 'this store speaks on its own machine alone' });
    return reply
      .header('cache-control', 'no-cache')
      .header('content-disposition', 'attachment; filename="kairos-store.crt"')
      .type('application/x-x509-ca-cert')
      .send(front.identity.authorityFacts.der);
  });
}

function authorityOf(front: SecureFront): TrustAnswer['authority'] {
  const { fingerprint, endsAtMs } = front.identity.authorityFacts;
  const { addresses, trustAddress } = front;
  const { data } = encode(trustAddress, { ecc: 'M', border: 4 });
  const qr = data.map((row) => row.map((isDark) => (isDark ? '1' : '0')).join(''));
  return { fingerprint, endsAtMs, addresses, trustAddress, qr };
}
