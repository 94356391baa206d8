/** The rules of DESIGN section 3, "A visit", each played through on facts alone. */
import type { Decision, Fact, FactBody, FactOf, FactType } from '@kairos/protocol/facts.ts';
import { floorPlan } from '@kairos/protocol/floor-plan.ts';
import { expect, test } from 'vitest';
import { helpWaitMs } from './help.ts';
import { totalOf } from './visit.ts';
import { decideVisits } from './visit-decisions.ts';
import { laneIdleMs, Visits } from './visits.ts';

const plan = floorPlan.parse({
  name: 'test',
  width: 10,
  height: 10,
  zones: [
    {
      id: 'suits',
      name: 'Suits',
      polygon: [
        [0, 0],
        [5, 0],
        [5, 5],
      ],
    },
    {
      id: 'tills',
      name: 'Tills',
      kind: 'till',
      polygon: [
        [5, 5],
        [9, 5],
        [9, 9],
      ],
    },
  ],
});
const quietMs = 45 * 60_000;
const ada = 7;
const eve = 8;

function store(remembered: Record<number, boolean | undefined> = { [ada]: true, [eve]: true }) {
  let visits = new Visits(plan);
  const recorded: Fact[] = [];
  let guests = 100;
  const consent = { ...remembered };
  const rules = { quietMs, newSubject: () => guests++, remembered: (subject: number) => consent[subject] ?? null };
  const add = (decision: Decision, at: number, sequence: number | null): Fact => {
    const source = sequence === null ? null : { device: 'cart-1', epoch: 'epoch', sequence };
    const fact = { seq: recorded.length + 1, at, source, cause: null, late: false, ...decision } as Fact;
    recorded.push(fact);
    visits.fold(fact);
    if (fact.type === 'consent.changed' && fact.subject !== null) consent[fact.subject] = fact.body.granted;
    return fact;
  };
  return {
    recorded,
    get visits() {
      return visits;
    },
    /** Takes a fact in and returns the types of what followed. */
    hear<Type extends FactType>(type: Type, body: FactBody<Type>, subject: number | null = null, at = 1000): string[] {
      const from = recorded.length + 1;
      const queue = [add({ type, subject, body } as Decision, at, from)];
      for (let fact = queue.shift(); fact; fact = queue.shift()) {
        for (const decision of decideVisits(visits, fact, rules)) queue.push(add(decision, at, null));
      }
      return recorded.slice(from).map((fact) => `${fact.type}${fact.subject === null ? '' : ` ${fact.subject}`}`);
    },
    /** Throws the state away and folds the record again, through a snapshot taken half way. */
    rebuild(): Visits {
      const half = new Visits(plan);
      const cut = Math.floor(recorded.length / 2);
      for (const fact of recorded.slice(0, cut)) half.fold(fact);
      const rebuilt = new Visits(plan);
      rebuilt.load(0, half.save(0) as string);
      rebuilt.staff.load(half.staff.save());
      for (const visit of half.open()) rebuilt.load(visit.subject, half.save(visit.subject) as string);
      for (const fact of recorded.slice(cut)) rebuilt.fold(fact);
      visits = rebuilt;
      return rebuilt;
    },
  };
}

const card = { cart: 'cart-1', means: 'card', strength: 'strong', known: true } as const;
const typed = { ...card, means: 'typed', strength: 'weak' } as const;
const unknown = { ...typed, known: false } as const;
const guest = { ...card, means: 'guest', strength: 'guest', known: false } as const;
const bread = {
  id: '1',
  code: 'bread',
  name: 'Bread',
  department: 'bakery',
  tags: [],
  quantity: 1000,
  unitPrice: 250,
  amount: 250,
};

test('a known number opens her visit; the same number again changes nothing', () => {
  const here = store();
  expect(here.hear('identity.presented', card, ada)).toEqual(['visit.opened 7']);
  expect(here.visits.visitOn('cart-1')).toMatchObject({ subject: ada, strength: 'strong' });
  expect(here.hear('identity.presented', card, ada)).toEqual([]);
});

test('an unknown number opens a guest visit, and it is forgotten at its end', () => {
  const here = store();
  expect(here.hear('identity.presented', unknown)).toEqual(['visit.opened 100']);
  expect(here.visits.visitOn('cart-1')).toMatchObject({ strength: 'guest', notice: 'unknown-number' });
  expect(here.hear('identity.dropped', { cart: 'cart-1', reason: 'logout' })).toEqual([
    'visit.closed 100',
    'customer.erased 100',
  ]);
  expect(here.visits.visitOn('cart-1')).toBeNull();
});

test('a login on a second cart moves the visit with its list', () => {
  const here = store();
  here.hear('identity.presented', card, ada);
  here.hear('basket.added', { cart: 'cart-1', line: bread }, ada);
  expect(here.hear('identity.presented', { ...card, cart: 'cart-2' }, ada)).toEqual(['visit.moved 7']);
  expect(here.visits.visitOn('cart-1')).toBeNull();
  expect(totalOf(here.visits.visitOn('cart-2')?.lines ?? [])).toBe(250);
});

test('a login over a guest relabels the visit: id and list go on', () => {
  const here = store();
  here.hear('identity.presented', guest);
  const before = here.visits.visitOn('cart-1');
  here.hear('basket.added', { cart: 'cart-1', line: bread }, 100);
  expect(here.hear('identity.presented', card, ada)).toEqual([
    'visit.closed 100',
    'customer.erased 100',
    'visit.opened 7',
  ]);
  expect(here.visits.visitOn('cart-1')).toMatchObject({ visit: before?.visit, subject: ada, lines: [bread] });
});

test('a login over another customer ends her visit and starts with an empty list', () => {
  const here = store();
  here.hear('identity.presented', card, ada);
  here.hear('basket.added', { cart: 'cart-1', line: bread }, ada);
  expect(here.hear('identity.presented', card, eve)).toEqual(['visit.closed 7', 'visit.opened 8']);
  expect(here.visits.visitOn('cart-1')).toMatchObject({ subject: eve, lines: [] });
});

test('the first use asks once: a guest until she says yes, hers from then on', () => {
  const here = store({});
  expect(here.hear('identity.presented', card, ada)).toEqual(['visit.opened 100']);
  expect(here.visits.visitOn('cart-1')).toMatchObject({ strength: 'guest', asked: { subject: ada } });
  here.hear('basket.added', { cart: 'cart-1', line: bread }, 100);
  expect(here.hear('consent.changed', { purpose: 'remember', granted: true }, ada)).toEqual([
    'visit.closed 100',
    'customer.erased 100',
    'visit.opened 7',
  ]);
  expect(here.visits.visitOn('cart-1')).toMatchObject({
    subject: ada,
    strength: 'strong',
    asked: null,
    lines: [bread],
  });
});

test('the first use answered with no: she stays a guest, and is not asked again', () => {
  const here = store({});
  here.hear('identity.presented', card, ada);
  expect(here.hear('consent.changed', { purpose: 'remember', granted: false }, ada)).toEqual([]);
  expect(here.visits.visitOn('cart-1')).toMatchObject({ subject: 100, strength: 'guest', asked: null });
  here.hear('identity.dropped', { cart: 'cart-1', reason: 'logout' });
  here.hear('identity.presented', card, ada);
  expect(here.visits.visitOn('cart-1')).toMatchObject({ strength: 'guest', asked: null });
});

test('a cart that was left knows nobody: an answer that comes too late opens nothing', () => {
  const here = store({});
  here.hear('identity.presented', card, ada);
  here.hear('identity.dropped', { cart: 'cart-1', reason: 'docked' });
  expect(here.visits.cart('cart-1').presented).toBeNull();
  here.hear('zone.entered', { cart: 'cart-1', zone: 'suits', confidence: 900 });
  expect(here.hear('consent.changed', { purpose: 'remember', granted: true }, ada)).toEqual([]);
});

test('a question left unanswered on one cart and answered on the next: her visit is where she is', () => {
  const here = store({});
  here.hear('identity.presented', card, ada, 1000);
  here.hear('identity.presented', { ...card, cart: 'cart-2' }, ada, 2000);
  here.hear('consent.changed', { purpose: 'remember', granted: true }, ada, 3000);
  expect(here.visits.visitOn('cart-2')).toMatchObject({ subject: ada, strength: 'strong' });
  expect(here.visits.visitOn('cart-1')).toMatchObject({ strength: 'guest', asked: null });
});

test('a visit that moves onto a guest’s cart leaves nothing of the guest’s there', () => {
  const here = store();
  here.hear('identity.presented', card, ada);
  here.hear('identity.presented', { ...guest, cart: 'cart-2' });
  here.hear('basket.added', { cart: 'cart-2', line: bread }, 100);
  expect(here.hear('identity.presented', { ...card, cart: 'cart-2' }, ada)).toEqual([
    'visit.closed 100',
    'customer.erased 100',
    'visit.moved 7',
  ]);
  expect(here.visits.save(0)).not.toContain('bread');
});

test('however a visit is relabelled, counting the openings that relabel nothing gives one', () => {
  const here = store();
  const opened = () => here.recorded.filter((fact): fact is FactOf<'visit.opened'> => fact.type === 'visit.opened');
  here.hear('identity.presented', guest);
  here.hear('identity.presented', typed, ada);
  here.hear('identity.presented', card, ada);
  here.hear('identity.presented', { ...typed, cart: 'cart-2' }, ada);
  here.hear('identity.presented', { ...card, cart: 'cart-2' }, ada);
  expect(opened().map(({ body }) => [body.strength, body.relabels])).toEqual([
    ['guest', undefined],
    ['weak', 'guest'],
    ['strong', 'weak'],
    ['weak', 'strong'],
    ['strong', 'weak'],
  ]);
  expect(new Set(opened().map(({ body }) => body.visit)).size).toBe(1);
  here.hear('identity.presented', guest);
  expect(opened().filter(({ body }) => body.relabels === undefined)).toHaveLength(2);
});

test('a number that was only typed asks nothing in the name of her whose it is', () => {
  const here = store({});
  here.hear('identity.presented', typed, ada);
  expect(here.visits.visitOn('cart-1')).toMatchObject({ strength: 'guest', asked: null });
  here.hear('identity.presented', card, ada);
  expect(here.visits.visitOn('cart-1')).toMatchObject({ asked: { subject: ada } });
  const other = store({});
  other.hear('identity.presented', typed, ada);
  expect(other.hear('consent.changed', { purpose: 'remember', granted: true }, ada)).toEqual([]);
});

test('a card after a typed number makes the same visit strong', () => {
  const here = store();
  here.hear('identity.presented', typed, ada);
  const before = here.visits.visitOn('cart-1');
  expect(here.hear('identity.presented', card, ada)).toEqual(['visit.opened 7']);
  expect(here.visits.visitOn('cart-1')).toMatchObject({ visit: before?.visit, strength: 'strong' });
});

test('a number typed on another cart takes the visit along, but not the strength of her card', () => {
  const here = store();
  here.hear('identity.presented', card, ada);
  here.hear('basket.added', { cart: 'cart-1', line: bread }, ada);
  const before = here.visits.visitOf(ada);
  // Weak before it moves: what speaks on the new cart is chosen for somebody who could be anybody.
  expect(here.hear('identity.presented', { ...typed, cart: 'cart-2' }, ada)).toEqual([
    'visit.opened 7',
    'visit.moved 7',
  ]);
  expect(here.visits.visitOn('cart-1')).toBeNull();
  expect(here.visits.visitOn('cart-2')).toMatchObject({ visit: before?.visit, strength: 'weak', lines: [bread] });
  here.hear('identity.presented', { ...card, cart: 'cart-2' }, ada);
  expect(here.visits.visitOn('cart-2')).toMatchObject({ strength: 'strong' });
});

test('a number typed again on the cart that knows her card changes nothing', () => {
  const here = store();
  here.hear('identity.presented', card, ada);
  expect(here.hear('identity.presented', typed, ada)).toEqual([]);
  expect(here.visits.visitOn('cart-1')).toMatchObject({ strength: 'strong' });
});

test('paying closes the visit; late facts never reopen it', () => {
  const here = store();
  here.hear('identity.presented', card, ada);
  const sale = { till: 'till-1', cart: 'cart-1', receipt: 'r1', currency: 'EUR', lines: [], total: 0 };
  expect(here.hear('sale', sale, ada)).toEqual(['visit.closed 7']);
  here.hear('basket.added', { cart: 'cart-1', line: bread }, ada);
  expect(here.visits.visitOn('cart-1')).toBeNull();
});

test('what was sent before a visit and came during it is about somebody who has gone', () => {
  const here = store();
  const sale = { till: 'till-1', cart: 'cart-1', receipt: 'r1', currency: 'EUR', lines: [], total: 0 };
  here.hear('identity.presented', card, ada, 600_000);
  const dropped = { cart: 'cart-1', reason: 'logout' } as const;
  expect(here.hear('identity.dropped', dropped, null, 500_000)).toEqual([]);
  expect(here.hear('forget.requested', { cart: 'cart-1' }, null, 500_000)).toEqual([]);
  expect(here.hear('sale', sale, null, 500_000)).toEqual([]);
  expect(here.visits.subjectAt('cart-1', 500_000)).toBeNull();
  // The login itself may have been under way for a minute: what came right after it is hers.
  expect(here.visits.subjectAt('cart-1', 545_000)).toBe(ada);
  expect(here.hear('identity.dropped', dropped, null, 600_000)).toEqual(['visit.closed 7']);
});

test('identification at the till alone opens a visit', () => {
  const here = store();
  const { cart: _, ...atTill } = card;
  expect(here.hear('identity.presented', { ...atTill, till: 'till-1' }, ada)).toEqual(['visit.opened 7']);
  expect(here.visits.visitOf(ada)).toMatchObject({ till: 'till-1', cart: null });
});

test('45 quiet minutes close a visit, and not a moment before', () => {
  const here = store();
  here.hear('identity.presented', card, ada, 1000);
  here.hear('zone.entered', { cart: 'cart-1', zone: 'suits', confidence: 900 }, ada, 60_000);
  expect(here.hear('timer.fired', { due: 0 }, ada, 60_000 + quietMs - 1)).toEqual([]);
  expect(here.hear('timer.fired', { due: 0 }, ada, 60_000 + quietMs)).toEqual(['visit.closed 7']);
});

test('a cart’s zone is known at login; leaving a zone that it has already left changes nothing', () => {
  const here = store();
  here.hear('zone.entered', { cart: 'cart-1', zone: 'suits', confidence: 900 });
  here.hear('identity.presented', card, ada);
  expect(here.visits.visitOf(ada)?.zone).toBe('suits');
  here.hear('zone.entered', { cart: 'cart-1', zone: 'tills', confidence: 900 }, ada);
  here.hear('zone.left', { cart: 'cart-1', zone: 'suits' }, ada);
  expect(here.visits.visitOf(ada)?.zone).toBe('tills');
});

test('a snapshot and what followed give the same state as all the facts', () => {
  const here = store({ [ada]: true });
  here.hear('identity.presented', unknown);
  here.hear('zone.entered', { cart: 'cart-1', zone: 'suits', confidence: 900 }, 100);
  here.hear('basket.added', { cart: 'cart-1', line: bread }, 100);
  here.hear('identity.presented', card, ada);
  here.hear('basket.added', { cart: 'cart-1', line: bread }, ada);
  here.hear('basket.removed', { cart: 'cart-1', line: bread }, ada);
  here.hear('identity.presented', { ...card, cart: 'cart-2' }, ada);
  const live = [...here.visits.open()];
  const carts = ['cart-1', 'cart-2'].map((cart) => here.visits.cart(cart));
  const rebuilt = here.rebuild();
  expect([...rebuilt.open()]).toEqual(live);
  expect(['cart-1', 'cart-2'].map((cart) => rebuilt.cart(cart))).toEqual(carts);
});

test('a call that nobody takes ends when it has waited; one whose claim ran out is asked for again, and not for ever', () => {
  const here = store();
  here.hear('duty.changed', { associate: 'kim', state: 'on' });
  here.hear('identity.presented', card, ada);
  expect(here.hear('help.requested', { cart: 'cart-1' }, ada, 2000)).toEqual(['task.offered 7']);
  expect(here.hear('help.requested', { cart: 'cart-1' }, ada, 2100)).toEqual([]);
  expect(here.visits.helpDue(ada)).toBe(2000 + helpWaitMs);
  expect(here.hear('timer.fired', { due: 0 }, ada, 1999 + helpWaitMs)).toEqual([]);
  expect(here.hear('timer.fired', { due: 0 }, ada, 2000 + helpWaitMs)).toEqual(['task.released 7']);
  expect(here.visits.visitOf(ada)?.help?.state).toBe('nobody-free');
  expect(here.visits.helpDue(ada)).toBeNull();
  here.hear('help.requested', { cart: 'cart-1' }, ada, 300_000);
  const task = here.visits.visitOf(ada)?.help?.task ?? '';
  here.hear('task.claimed', { task, associate: 'kim', until: 400_000 }, ada, 310_000);
  expect(here.rebuild().visitOf(ada)?.help).toMatchObject({ state: 'coming', associate: 'kim', until: 400_000 });
  for (const missed of [400_000, 500_000]) {
    expect(here.hear('timer.fired', { due: 0 }, ada, missed)).toEqual(['task.released 7', 'task.offered 7']);
    const again = here.visits.visitOf(ada)?.help;
    expect(again).toMatchObject({ state: 'asked', associate: null, until: missed + helpWaitMs });
    expect(again?.task).not.toBe(task);
    here.hear('task.claimed', { task: again?.task ?? '', associate: 'kim', until: missed + 100_000 }, ada, missed + 1);
  }
  expect(here.hear('timer.fired', { due: 0 }, ada, 600_000)).toEqual(['task.released 7']);
  expect(here.visits.visitOf(ada)?.help?.state).toBe('over');
  expect(here.visits.staff.isAnybodyFree()).toBe(true);
});

test('a call that nobody was free for is over when she takes it back, and is told to nobody any more', () => {
  const here = store();
  here.hear('identity.presented', card, ada);
  expect(here.hear('help.requested', { cart: 'cart-1' }, ada)).toEqual(['task.offered 7', 'task.released 7']);
  expect(here.visits.visitOf(ada)?.help?.state).toBe('nobody-free');
  expect(here.hear('help.withdrawn', { cart: 'cart-1' }, ada)).toEqual([]);
  expect(here.visits.visitOf(ada)?.help?.state).toBe('over');
  expect(here.rebuild().visitOf(ada)?.help?.state).toBe('over');
  // The next one is another.
  here.hear('help.requested', { cart: 'cart-1' }, ada, 5000);
  expect(here.visits.visitOf(ada)?.help?.state).toBe('nobody-free');
});

test('what a dialogue asks of an associate is no call of hers, but keeps the associate busy', () => {
  const here = store();
  here.hear('duty.changed', { associate: 'kim', state: 'on' });
  here.hear('identity.presented', card, ada);
  here.hear('task.offered', { message: 'm-12345678', task: 'm-12345678-1', until: 9000 }, ada);
  expect(here.visits.visitOf(ada)?.help).toBeNull();
  here.hear('task.claimed', { task: 'm-12345678-1', associate: 'kim', until: 9000 }, ada);
  expect(here.hear('help.requested', { cart: 'cart-1' }, ada)).toEqual(['task.offered 7', 'task.released 7']);
});

function atTill(strength: 'strong' | 'weak' = 'strong', till = 'till-1'): FactBody<'identity.presented'> {
  return { till, means: strength === 'strong' ? 'card' : 'typed', strength, known: true };
}

test('a lane goes on when somebody else is presented there; whom only the till knew has gone with it', () => {
  const day = store();
  expect(day.hear('identity.presented', atTill(), ada)).toEqual([`visit.opened ${ada}`]);
  expect(day.visits.atTill('till-1')?.subject).toBe(ada);
  expect(day.hear('identity.presented', atTill(), eve)).toEqual([
    `lane.cleared ${ada}`,
    `visit.opened ${eve}`,
    `visit.closed ${ada}`,
  ]);
  expect(day.visits.atTill('till-1')?.subject).toBe(eve);
  expect(day.rebuild().atTill('till-1')?.subject).toBe(eve);
});

test('a receipt that presents its customer does not send away who stands there since', () => {
  const day = store();
  day.hear('identity.presented', atTill(), ada, 5_000);
  expect(day.hear('identity.presented', atTill(), eve, 4_000)).toEqual([`visit.opened ${eve}`]);
  expect(day.visits.atTill('till-1')?.subject).toBe(ada);
});

test('a sale that has ended leaves her visit to its receipt; one that was voided ends what only the till knew', () => {
  const day = store();
  day.hear('identity.presented', atTill(), ada);
  expect(day.hear('lane.cleared', { till: 'till-1', reason: 'ended' }, ada)).toEqual([]);
  expect(day.visits.visitOf(ada)?.till).toBeNull();
  day.hear('identity.presented', atTill(), eve);
  expect(day.hear('lane.cleared', { till: 'till-1', reason: 'voided' }, eve)).toEqual([`visit.closed ${eve}`]);
});

test('a receipt for somebody else clears the lane, unless it is of a time before her', () => {
  const day = store();
  const sale = { till: 'till-1', receipt: 'r1', currency: 'EUR', lines: [], total: 0 };
  day.hear('identity.presented', atTill(), ada, 5_000);
  expect(day.hear('sale', sale, null, 4_000)).toEqual([]);
  expect(day.hear('sale', sale, null, 6_000)).toEqual([`lane.cleared ${ada}`]);
});

test('a lane that nothing is heard of goes on by itself', () => {
  const day = store();
  day.hear('identity.presented', atTill(), ada, 1_000);
  expect(day.visits.laneDue(ada)).toBe(1_000 + laneIdleMs);
  expect(day.hear('timer.fired', { due: laneIdleMs }, ada, laneIdleMs)).toEqual([]);
  expect(day.hear('timer.fired', { due: 1_000 + laneIdleMs }, ada, 1_000 + laneIdleMs)).toEqual([
    `lane.cleared ${ada}`,
    `visit.closed ${ada}`,
  ]);
});

test('her card at the till makes a typed number’s visit hers, and a number typed there is nobody’s card', () => {
  const day = store();
  day.hear('identity.presented', { cart: 'cart-1', means: 'typed', strength: 'weak', known: true }, ada);
  day.hear('zone.entered', { cart: 'cart-1', zone: 'tills', confidence: 900 }, ada);
  expect(day.hear('identity.presented', atTill('strong'), ada)).toEqual([`visit.opened ${ada}`]);
  expect(day.visits.visitOf(ada)).toMatchObject({ strength: 'strong', cart: 'cart-1', zone: 'tills' });
  expect(day.hear('identity.presented', atTill('weak'), ada)).toEqual([`visit.opened ${ada}`]);
  expect(day.visits.visitOf(ada)?.strength).toBe('weak');
});
