import type { DeviceBatch } from '@kairos/protocol/device-facts.ts';
import type { LaneSnapshot, LaneView, TillPrompt } from '@kairos/protocol/prompt-events.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { expect, test } from 'vitest';
import { LanePage, outOfTouchMs, thanksMs } from './lane-page.ts';

const prompt: TillPrompt = {
  id: 'message-0001',
  say: 'How is the stroller?',
  know: 'She bought the Nomad.',
  answers: [
    { id: 'wants', label: 'She wants it' },
    { id: 'no', label: 'No' },
    { id: 'not-reached', label: "Can't now" },
  ],
  validForMs: 600_000,
  coupon: null,
};
const empty: LaneView = {
  till: 'till-1',
  store: 'Riverside',
  locale: 'en',
  currency: 'EUR',
  timeZone: 'UTC',
  frameOrigins: ['https://till.example'],
  customer: null,
  told: [],
  prompt: null,
  coupon: null,
};
const ada = { lane: 'lane-of-ada', strength: 'strong', name: 'Ada' } as const;

function till() {
  const ports = simulatedPorts({ startMs: 1_000_000, seed: 1 });
  const sent: DeviceBatch[] = [];
  const page = new LanePage({
    till: 'till-1',
    epoch: 'epoch-1',
    ports,
    send: (batch) => {
      sent.push(batch);
      return true;
    },
  });
  let version = 0;
  const shows = (view: Partial<LaneView>): void => {
    version += 1;
    page.shows({ version, storeTime: ports.clock.now(), view: { ...empty, ...view } } as LaneSnapshot);
  };
  page.state({ kind: 'connected' });
  return {
    page,
    ports,
    shows,
    /** Types of the facts that wait, as they were sent last. */
    told: () => sent.at(-1)?.facts.map(({ type }) => type) ?? [],
    sent,
    all: () => JSON.stringify(page.read()),
  };
}

test('what nobody could see is answered by no key; what was painted is told once, and answered once', () => {
  const { page, shows, told } = till();
  shows({ customer: ada, prompt });
  page.press('1');
  expect(told()).toEqual([]);
  expect(page.keys).toEqual([]);
  page.paintedAt(prompt.id, 10);
  page.paintedAt(prompt.id, 10);
  expect(page.keys).toEqual(['1', '2', '0']);
  page.press('3');
  page.press('2');
  page.press('1');
  expect(told()).toEqual(['message.shown', 'message.answered']);
  // The store sends it once more before it has heard: it is over here.
  shows({ customer: ada, prompt });
  expect(page.read().prompt?.state).toBe('answered');
});

test('a touch on an answer has seen it, and brings the paint along', () => {
  const { page, shows, told } = till();
  shows({ customer: ada, prompt });
  page.press('0', 'touch');
  expect(told()).toEqual(['message.shown', 'message.answered']);
});

test('the quiet word stays for its moment and goes; the prompt never comes back', () => {
  const { page, ports, shows } = till();
  shows({ customer: ada, prompt });
  page.paintedAt(prompt.id, 0);
  page.press('1');
  shows({ customer: ada });
  expect(page.read().prompt).toMatchObject({ state: 'answered', answer: 'She wants it' });
  ports.advance(thanksMs);
  expect(page.read().prompt).toBeNull();
  shows({ customer: ada, prompt });
  expect(page.read().prompt).toBeNull();
});

test('when the lane goes on, nothing of her is left, whoever says so', () => {
  const said = till();
  said.shows({ customer: ada, told: [{ headline: 'Bread, Ada?', at: 1, channel: 'cart', answer: null }], prompt });
  said.shows({});
  expect(said.all()).not.toContain('Ada');
  const local = till();
  local.shows({ customer: ada, prompt });
  local.page.goneOn('voided');
  expect(local.all()).not.toContain('Ada');
  expect(local.told()).toEqual(['lane.cleared']);
  // A view that was under way does not bring her back; another sale of hers does.
  local.shows({ customer: ada, prompt });
  expect(local.all()).not.toContain('Ada');
  local.shows({ customer: { ...ada, lane: 'lane-of-ada-2' } });
  expect(local.all()).toContain('Ada');
});

test('out of touch for long, nothing of her is left; what was pressed meanwhile is told afterwards', () => {
  const { page, ports, shows, told, all, sent } = till();
  shows({ customer: ada, prompt });
  page.paintedAt(prompt.id, 0);
  page.state({ kind: 'lost' });
  page.press('2');
  const before = sent.length;
  ports.advance(outOfTouchMs - 1);
  expect(all()).toContain('Ada');
  ports.advance(1);
  expect(all()).not.toContain('Ada');
  expect(sent.length).toBe(before);
  page.state({ kind: 'connected' });
  expect(told()).toEqual(['message.shown', 'message.answered']);
  page.acks({ epoch: 'epoch-1', upTo: 2, rejected: [], storeTime: 0 });
  const after = sent.length;
  ports.advance(60_000);
  expect(sent.length).toBe(after);
});

test('a prompt whose time is over goes by itself', () => {
  const { page, ports, shows } = till();
  shows({ customer: ada, prompt: { ...prompt, validForMs: 4_000 } });
  page.state({ kind: 'lost' });
  ports.advance(4_000);
  expect(page.read().prompt).toBeNull();
});

test('a number that could not be told at once is told never', () => {
  const { page, ports, shows, sent } = till();
  shows({});
  page.identified('card', '2960000000017');
  page.state({ kind: 'lost' });
  page.identified('card', '2960000000024');
  ports.advance(outOfTouchMs);
  page.state({ kind: 'connected' });
  expect(sent.at(-1)?.facts.map(({ body }) => body)).toEqual([{ till: 'till-1', means: 'guest' }]);
});

test('a coupon that nothing prints is told once as shown, and does not come back when it was put away', () => {
  const { page, shows, told } = till();
  const coupon = { id: 'message-of-coupon', coupon: { value: 150, unit: 'percent', code: 'reward-0001' } } as const;
  shows({ coupon });
  page.couponPainted(coupon.id, 0);
  page.couponPainted(coupon.id, 0);
  expect(told()).toEqual(['message.shown']);
  shows({ coupon });
  expect(page.read().view?.coupon).not.toBeNull();
  page.goneOn('voided');
  shows({ coupon });
  expect(page.read().view?.coupon).toBeNull();
});
