import type { HqAnswer } from '@kairos/hq-sync/link/hq-client.ts';
import type { SimulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import type { CustomerAnswer } from '@kairos/protocol/sync-messages.ts';
import { expect, it } from 'vitest';
import { chainIdOfNumber, customer, openHqStand } from '../test/hq-stand.ts';
import { askMsMax, CustomerAsker, failuresMax, restMs } from './customer-asker.ts';

/** Headquarters that answer when the test says so, or never. */
async function openAsking() {
  const stand = await openHqStand();
  const asked: { id: string; signal: AbortSignal; answer: (answer: HqAnswer<CustomerAnswer>) => Promise<void> }[] = [];
  const asker = new CustomerAsker({
    ...stand,
    client: {
      customer: (id, signal) =>
        new Promise((resolve) => {
          const answer = async (said: HqAnswer<CustomerAnswer>): Promise<void> => {
            resolve(said);
            await new Promise<void>((next) => setImmediate(next));
          };
          asked.push({ id, signal, answer });
        }),
    },
  });
  const ports = stand.ports as SimulatedPorts;
  return { ...stand, ports, asker, asked, arrive: (id: string, cart?: string) => asker.note(stand.login(id, cart)) };
}

const ada = chainIdOfNumber(1);
const known = (id: string): HqAnswer<CustomerAnswer> => ({ kind: 'answered', content: { customer: customer(id) } });

it('she is a guest at once, and herself when the answer comes within the bound', async () => {
  const stand = await openAsking();
  stand.arrive(ada);
  expect(stand.ofType('visit.opened')).toMatchObject([{ body: { reason: 'unknown-number', strength: 'guest' } }]);
  const [guest] = stand.ofType('visit.opened');
  stand.ports.advance(askMsMax - 1);
  await stand.asked[0]!.answer(known(ada));
  expect(stand.ofType('visit.opened').at(-1)).toMatchObject({
    subject: stand.people.subjectOf(ada),
    body: { visit: guest!.body.visit, reason: 'known', relabels: 'guest', strength: 'strong' },
  });
  expect(stand.asker.tally).toEqual({ known: 1, unknown: 0, failed: 0, passedOver: 0 });
});

it('headquarters that never answer leave her a guest, and are let go of at the bound', async () => {
  const stand = await openAsking();
  stand.arrive(ada);
  stand.ports.advance(askMsMax - 1);
  expect(stand.asked[0]!.signal.aborted).toBe(false);
  stand.ports.advance(1);
  expect(stand.asked[0]!.signal.aborted).toBe(true);
  await stand.asked[0]!.answer(known(ada));
  expect(stand.ofType('visit.opened')).toHaveLength(1);
  expect(stand.people.stored(ada)).toBeNull();
  expect(stand.asker.tally).toMatchObject({ known: 0, failed: 1 });
});

it('a line that is down is left alone for a minute, then tried with one', async () => {
  const stand = await openAsking();
  for (let number = 1; number <= failuresMax; number += 1) {
    stand.arrive(chainIdOfNumber(number));
    stand.ports.advance(askMsMax);
  }
  stand.arrive(chainIdOfNumber(50));
  expect(stand.asked).toHaveLength(failuresMax);
  stand.ports.advance(restMs);
  stand.arrive(chainIdOfNumber(51));
  stand.arrive(chainIdOfNumber(52), 'cart-2');
  expect(stand.asked).toHaveLength(failuresMax + 1);
  await stand.asked.at(-1)!.answer({ kind: 'answered', content: { customer: null } });
  stand.arrive(chainIdOfNumber(53), 'cart-2');
  expect(stand.asked).toHaveLength(failuresMax + 2);
  expect(stand.asker.tally).toMatchObject({ unknown: 1, failed: failuresMax, passedOver: 2 });
});

it('who left the cart meanwhile is nobody there; two carts of one number are asked for once', async () => {
  const stand = await openAsking();
  stand.arrive(ada);
  stand.say('identity.dropped', { cart: 'cart-1', reason: 'logout' });
  stand.arrive(ada, 'cart-2');
  expect(stand.asked).toHaveLength(1);
  await stand.asked[0]!.answer(known(ada));
  expect(stand.visits.visitOn('cart-1')).toBeNull();
  expect(stand.visits.visitOn('cart-2')?.subject).toBe(stand.people.subjectOf(ada));
});

it('who said that she is not to be remembered stays a guest, and who is known is not asked for', async () => {
  const stand = await openAsking();
  stand.arrive(ada);
  const consent = { remember: { granted: false, at: 1 } };
  await stand.asked[0]!.answer({ kind: 'answered', content: { customer: customer(ada, { consent }) } });
  expect(stand.visits.visitOn('cart-1')?.strength).toBe('guest');
  stand.arrive(ada);
  expect(stand.asked).toHaveLength(1);
});

it('asks by the chain-wide id alone, and for no more than a few at once', async () => {
  const stand = await openAsking();
  for (let number = 1; number <= 30; number += 1) stand.arrive(chainIdOfNumber(number), `cart-${number}`);
  expect(stand.asked).toHaveLength(8);
  expect(stand.asked[0]!.id).toBe(ada);
  expect(stand.asker.tally.passedOver).toBe(22);
});
