/**
 * Requests that failed for a reason of ours (the database is away, a disk is full, a fault of this program): whoever asked
 * is told to come again, and nothing of what the database said; whoever looks after headquarters reads it in the log, once
 * a minute of each kind, and how many there were in `/health`.
 */
import type { Clock } from '@kairos/protocol/ports.ts';
import type { FastifyInstance } from 'fastify';

export interface FailedRequest {
  /** "POST /v1/facts": as it is routed, without what stood in its place. */
  readonly route: string;
  /** Of PostgreSQL or of the system: "40P01", "ECONNREFUSED"; empty where it has none. */
  readonly code: string;
  /** What went wrong, without what stands in quotes: that may be somebody's. */
  readonly said: string;
  /** Of this kind, since the process began. */
  readonly count: number;
}

const toldEveryMs = 60_000;
/** Kinds that are told apart; what comes beyond them is counted alone. */
const kindsMax = 200;
const saidMax = 300;

export class FailedRequests {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #onFailed: ((failed: FailedRequest) => void) | undefined;
  readonly #known = new Map<string, { count: number; toldAt: number }>();
  #count = 0;
  #lastAt: number | null = null;

  constructor({
    clock,
    onFailed,
  }: { clock: Pick<Clock, 'now'>; onFailed?: ((failed: FailedRequest) => void) | undefined }) {
    this.#clock = clock;
    this.#onFailed = onFailed;
  }

  get standing(): { readonly count: number; readonly lastAt: number | null } {
    return { count: this.#count, lastAt: this.#lastAt };
  }

  /** Before the doors are opened. */
  watch(app: FastifyInstance): void {
    app.setErrorHandler((error, request, reply) => {
      const { statusCode = 500 } = error as { statusCode?: number };
      if (statusCode < 500) return reply.send(error);
      this.#note(`${request.method} ${request.routeOptions.url ?? ''}`, error as Error);
      return reply
        .code(500)
        .send({ reason: 'failed', message: 'headquarters could not do that now; the same again later' });
    });
  }

  #note(route: string, error: Error): void {
    const now = this.#clock.now();
    this.#count += 1;
    this.#lastAt = now;
    const { code } = error as { code?: unknown };
    const said = error.message.replace(/"[^"]*"/g, '"…"').slice(0, saidMax);
    const kind = `${route} ${String(code ?? '')} ${said}`;
    const known = this.#known.get(kind) ?? { count: 0, toldAt: Number.NEGATIVE_INFINITY };
    known.count += 1;
    if (this.#known.size < kindsMax) this.#known.set(kind, known);
    if (now - known.toldAt < toldEveryMs) return;
    known.toldAt = now;
    this.#onFailed?.({ route, code: typeof code === 'string' ? code : '', said, count: known.count });
  }
}
