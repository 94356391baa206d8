/**
 * `GET /api/shell/SCREEN`: what the shell around a screen's page asks for, shown to whoever shows that screen's token.
 * A screen without a token is answered on this machine alone, for the way out of its kiosk is among it.
 */
import { createHmac } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { Secret, TOTP } from 'otpauth';
import type { StoreConfig } from '../config.ts';
import { isFromThisMachine, isSameSecret } from './guards.ts';

/** RFC 6238, with a minute for a code: somebody reads it at the desk and walks to the cart. */
const digits = 8;
const periodS = 60;

/** The one-time codes of a screen: of its own, and the same after a restart. */
export function exitCodes(config: Pick<StoreConfig, 'store' | 'chainKey'>, screen: string): TOTP {
  const secret = createHmac('sha256', config.chainKey).update(`staff-exit/${config.store.id}/${screen}`).digest();
  return new TOTP({
    issuer: 'Kairos',
    label: `${config.store.id} ${screen}`,
    algorithm: 'SHA256',
    digits,
    period: periodS,
    secret: new Secret({ buffer: new Uint8Array(secret).buffer }),
  });
}

export function serveShell(
  app: FastifyInstance,
  config: Pick<StoreConfig, 'store' | 'chainKey' | 'carts' | 'devices' | 'screens'>,
): void {
  const screens = new Set(config.carts.map(({ id }) => id));
  app.get<{ Params: { screen: string } }>('/api/shell/:screen', (request, reply) => {
    const { screen } = request.params;
    if (!screens.has(screen)) return reply.code(404).send({ reason: `there is no screen "${screen.slice(0, 40)}"` });
    const token = config.devices.get(screen)?.token ?? null;
    const shown = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const isAllowed =
      token === null ? isFromThisMachine(request.raw) : shown !== undefined && isSameSecret(shown, token);
    if (!isAllowed)
      return reply.code(401).send({ reason: 'show the token of this screen as "Authorization: Bearer …"' });
    return reply.header('cache-control', 'no-store').send({
      exitCodes: exitCodes(config, screen).toString(),
      sleepAfterMinutes: config.screens.sleepAfterMinutes,
    });
  });
}
