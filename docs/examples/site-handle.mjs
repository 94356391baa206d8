/**
 * An example of a retailer's server that makes a handle for the customer who is signed in (docs/outside.md): plain
 * JavaScript, no library. The handle goes into the page; neither her number nor a key does.
 */
import { createHash, createHmac } from 'node:crypto';

/**
 * @param {{ token: string, digestKey: string, number: string, untilMs: number }} options `token` and `digestKey` as
 *   `npm run hq -- source NAME` prints them; `number`: the digits of her card, or "own " and the chain's own number for her.
 */
export function makeHandle({ token, digestKey, number, untilMs }) {
  const [source, secret] = token.split('.', 2);
  const digest = createHmac('sha256', digestKey).update(number).digest('hex');
  const said = `${source}.${Math.floor(untilMs / 1000)}.${digest}`;
  const key = createHash('sha256').update(secret).digest('hex');
  return `${said}.${createHmac('sha256', key).update(said).digest('hex')}`;
}
