/**
 * Passwords of people of headquarters, hashed with scrypt in libuv's worker pool. A hash carries its own cost and salt,
 * so that the cost can rise and old hashes still compare. N = 2^15, r = 8, p = 3, as OWASP names it; 32 MB each.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

const cost = { N: 2 ** 15, r: 8, p: 3, maxmem: 2 ** 26 };
const keyBytes = 32;
const saltBytes = 16;
/** Compared at once by a process; who comes when so many are under way is sent away. */
const atOnceMax = 8;
let underWay = 0;

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const key = await derive(password, salt);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64'), key.toString('base64')].join('$');
}

/** Takes as long where there is no hash. Null: too many are being compared; nothing was. */
export async function isPassword(password: string, hash: string | null): Promise<boolean | null> {
  if (underWay >= atOnceMax) return null;
  underWay += 1;
  try {
    const [, , , , salt = '', key = ''] = (hash ?? '').split('$');
    const derived = await derive(password, Buffer.from(salt, 'base64'));
    const known = Buffer.from(key, 'base64');
    return hash !== null && known.length === keyBytes && timingSafeEqual(derived, known);
  } finally {
    underWay -= 1;
  }
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    scrypt(password.normalize('NFKC'), salt, keyBytes, cost, (error, key) => (error ? reject(error) : resolve(key))),
  );
}
