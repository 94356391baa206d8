/** The conductor with a real engine, a journal in memory and a clock that is moved by hand. */
import type { CompiledRelease } from '@kairos/dialogue/compiled.ts';
import { createEngine } from '@kairos/dialogue/engine/create-engine.ts';
import { compileRelease } from '@kairos/dialogue/language/compile.ts';
import type { Fact, FactBody, FactType } from '@kairos/protocol/facts.ts';
import { floorPlan } from '@kairos/protocol/floor-plan.ts';
import type { Clock } from '@kairos/protocol/ports.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { expect, test } from 'vitest';
import type { Incoming } from '../intake/incoming.ts';
import type { JournalChange } from '../journal/journal.ts';
import { openInlineJournal } from '../journal/open-journal.ts';
import { Visits } from '../visits/visits.ts';
import { Conductor } from './conductor.ts';
import { People } from './people.ts';

const startMs = 1_764_000_000_000;
const suits = {
  id: 'suits',
  name: 'Suits',
  polygon: [
    [0, 0],
    [5, 0],
    [5, 5],
  ],
};
const plan = floorPlan.parse({ name: 'test', width: 10, height: 10, zones: [suits] });
const chain = 'a-chain-key-for-tests-only';

const askAtSuits = `dialogue: suits
type: III
objective: { on: sale, within: 7d, value: 40 }
holdout: 0%
enter:
  - { dwell: suits, for: 10s }
steps:
  ask:
    say:
      cart: { moment: any, text: { en: "See the suits?" } }
      validFor: 2m
      answers: { yes: { label: { en: "Yes" }, then: end } }
      silence: { never-shown: end, ignored: { after: 1m, then: end }, walked-away: end, acted-elsewhere: end }
`;

function releaseOf(number: number, text = askAtSuits): CompiledRelease {
  const files = [{ path: 'suits.yaml', text }];
  const { release, problems } = compileRelease(files, { number, zones: ['suits'], departments: [] });
  if (!release) throw new Error(JSON.stringify(problems));
  return release;
}

async function open({ clockOf = (clock: Clock) => clock, dialogue = askAtSuits } = {}) {
  const ports = simulatedPorts({ startMs, seed: 1 });
  const clock = clockOf(ports.clock);
  const journal = openInlineJournal({ file: ':memory:', groupMs: 1, ports });
  const puts: JournalChange[] = [];
  const put = journal.put.bind(journal);
  journal.put = (change) => {
    puts.push(change);
    put(change);
  };
  const people = new People(journal, { defaultLocale: 'en', tombstoneOf: (chainId) => `erased-${chainId}` });
  const visits = new Visits(plan);
  const recorded: Fact[] = [];
  const failures: unknown[] = [];
  const engine = createEngine({
    release: releaseOf(1, dialogue),
    chainKey: chain,
    store: { name: 'Test', currency: 'EUR', timeZone: 'Europe/Zurich' },
    person: (subject) => people.person(subject),
    places: { zones: { suits: 'aisle' }, screens: {}, tills: {} },
  });
  const conductor = new Conductor({
    journal,
    engine,
    visits,
    people,
    clock,
    timers: ports.timers,
    quietMs: 45 * 60_000,
    snapshotEveryFacts: 10_000,
    listeners: [(facts) => recorded.push(...facts)],
    onBroken: (_, error) => failures.push(error),
  });
  await conductor.start();
  let sequence = 0;
  const say = <Type extends FactType>(
    type: Type,
    body: FactBody<Type>,
    { ageMs = 0, card = null }: { ageMs?: number; card?: string | null } = {},
  ): void => {
    sequence += 1;
    const source = { device: 'cart-1', epoch: 'epoch-1', sequence };
    const at = clock.now() - ageMs;
    const fact = { type, seq: 0, at, subject: null, source, cause: null, late: ageMs > 60_000, body } as Fact;
    const identity = card === null ? null : ({ chainId: card, means: 'card', strength: 'strong' } as const);
    const incoming: Incoming = { fact, identity, cart: null };
    conductor.take({ facts: [incoming], source: { device: 'cart-1', epoch: 'epoch-1', upTo: sequence }, rejected: [] });
  };
  return {
    ports,
    journal,
    engine,
    visits,
    conductor,
    recorded,
    failures,
    puts,
    say,
    ofType: <Type extends FactType>(type: Type) =>
      recorded.filter((fact): fact is Extract<Fact, { type: Type }> => fact.type === type),
  };
}

const bringHelp = askAtSuits.replace(
  'cart: { moment: any, text: { en: "See the suits?" } }',
  'handheld: { moment: any, to: { role: advisor, claimWithin: 1m, else: end }, know: { en: "At the suits" }, say: { en: "May I help?" } }',
);

const asGuest = { cart: 'cart-1', means: 'guest', strength: 'guest', known: false } as const;

/** A guest at the suits, and the message that speaks to her. */
function spokenTo(store: Awaited<ReturnType<typeof open>>): string {
  store.conductor.observe('screen.changed', null, { screen: 'cart-1', state: 'connected' });
  store.say('identity.presented', asGuest);
  store.say('zone.entered', { cart: 'cart-1', zone: 'suits', confidence: 900 });
  store.ports.advance(11_000);
  const [decided] = store.ofType('message.decided');
  if (!decided) throw new Error('nothing was said');
  return decided.body.message;
}

/** Ends it; resolves once every state is on disk. */
async function writtenDown({ conductor, journal, ports }: Awaited<ReturnType<typeof open>>): Promise<void> {
  conductor.stop();
  const committed = journal.committed();
  ports.advance(100);
  await committed;
}

test('what comes of a message after its guest has gone is nobody’s and leaves no state', async () => {
  const store = await open();
  const message = spokenTo(store);
  const guest = store.ofType('visit.opened')[0]?.subject as number;
  store.say('identity.dropped', { cart: 'cart-1', reason: 'logout' });
  expect(store.ofType('customer.erased').map(({ subject }) => subject)).toEqual([guest]);
  store.say('message.shown', { message, screen: 'cart-1' });
  expect(store.ofType('message.shown').map(({ subject }) => subject)).toEqual([null]);
  await writtenDown(store);
  expect(store.journal.state(guest, 'engine')).toBeNull();
  expect(store.failures).toEqual([]);
});

test('a fact that cannot be handled is put aside, what came before it is kept, and nothing half done is recorded', async () => {
  const store = await open();
  store.say('identity.presented', asGuest);
  const handle = store.engine.handle.bind(store.engine);
  store.engine.handle = (fact) => {
    const decisions = handle(fact);
    if (fact.type === 'help.requested') throw new Error('half way');
    return decisions;
  };
  const { puts } = store;
  const fact = (type: string, sequence: number, body: object): Incoming => ({
    fact: {
      type,
      seq: 0,
      at: startMs,
      subject: null,
      source: { device: 'cart-1', epoch: 'epoch-2', sequence },
      cause: null,
      late: false,
      body,
    } as Fact,
    identity: null,
    cart: null,
  });
  const batch = {
    facts: [
      fact('quiet.requested', 1, { cart: 'cart-1' }),
      fact('help.requested', 2, { cart: 'cart-1' }),
      fact('zone.entered', 3, { cart: 'cart-1', zone: 'suits', confidence: 900 }),
    ],
    source: { device: 'cart-1', epoch: 'epoch-2', upTo: 3 },
    rejected: [],
  };
  expect(store.conductor.take(batch)).toBe(false);
  const last = puts.at(-1);
  expect(last?.facts.map(({ type }) => type)).toEqual(['quiet.requested']);
  // The poison is never asked for again; what came after it is.
  expect(last?.sources).toEqual([{ device: 'cart-1', epoch: 'epoch-2', upTo: 2 }]);
  expect(last?.rejected).toMatchObject([{ reason: 'unhandled', device: 'cart-1', detail: 'help.requested: half way' }]);
  expect(store.failures).toHaveLength(1);
  const count = puts.length;
  expect(store.conductor.take(batch)).toBe(false);
  store.conductor.observe('screen.changed', null, { screen: 'cart-1', state: 'connected' });
  store.ports.advance(3_600_000);
  store.conductor.stop();
  expect(puts).toHaveLength(count);
});

test('a report while the guest is here is hers', async () => {
  const store = await open();
  const message = spokenTo(store);
  store.say('message.shown', { message, screen: 'cart-1' });
  expect(store.ofType('message.shown')[0]?.subject).toBe(store.ofType('visit.opened')[0]?.subject);
});

test('a timer is never handled before its time, though the clock is set back as it fires', async () => {
  let setBackMs = 0;
  const store = await open({
    clockOf: (clock) => ({
      monotonic: () => clock.monotonic(),
      // The first look, by the timer, is on time; the second, for the fact, is two seconds behind.
      now: () => {
        const now = clock.now();
        if (now >= startMs + 10_000 && setBackMs === 0) {
          setBackMs = 2_000;
          return now;
        }
        return now - setBackMs;
      },
    }),
  });
  spokenTo(store);
  for (const { at, body } of store.ofType('timer.fired')) expect(at).toBeGreaterThanOrEqual(body.due);
});

test('who stays due at the moment that has come is looked at again, and not without end', async () => {
  const { ports, engine, say, ofType } = await open();
  const { nextDue } = engine;
  const due = startMs + 5000;
  let isStuck = true;
  engine.nextDue = (subject) => (isStuck && subject > 0 ? due : nextDue.call(engine, subject));
  say('identity.presented', asGuest);
  ports.advance(5000);
  expect(ofType('timer.fired').map(({ body }) => body.due)).toEqual([due]);
  ports.advance(60_000);
  expect(ofType('timer.fired')).toHaveLength(2);
  isStuck = false;
  ports.advance(60_000);
  const fired = ofType('timer.fired').length;
  ports.advance(600_000);
  expect(ofType('timer.fired')).toHaveLength(fired);
});

test('all that was folded under the old release is written down before the next one begins', async () => {
  const store = await open();
  store.say('identity.presented', asGuest);
  store.conductor.activate(releaseOf(2, askAtSuits.replace('10s', '20s')));
  const at = store.puts.findIndex(({ facts }) => facts.some(({ type }) => type === 'release.activated'));
  const activated = store.puts[at]?.facts[0];
  expect(store.puts[at - 1]?.snapshotAt).toBe((activated?.seq as number) - 1);
});

test('a claim that names only the task is written down with the state of her whom it is about', async () => {
  const store = await open({ dialogue: bringHelp });
  store.conductor.observe('duty.changed', null, { associate: 'ben', state: 'on', role: 'advisor' });
  store.say('identity.presented', asGuest);
  store.say('zone.entered', { cart: 'cart-1', zone: 'suits', confidence: 900 });
  store.ports.advance(11_000);
  const [offered] = store.ofType('task.offered');
  store.conductor.activate(releaseOf(2, bringHelp));
  const guest = offered?.subject as number;
  store.conductor.observe('task.claimed', null, {
    task: offered?.body.task as string,
    associate: 'ben',
    until: startMs + 600_000,
  });
  const live = store.engine.save(guest);
  expect(live).toContain('"ben"');
  await writtenDown(store);
  expect(store.journal.state(guest, 'engine')?.state).toBe(live);
});

test.each([
  ['a guest’s on the cart', null],
  ['a guest’s on the cart', false],
  ['hers', true],
])('a sale with a card is %s where she said %j to being remembered', async (whose, remember) => {
  const store = await open();
  const consent: Record<string, boolean> = remember === null ? {} : { remember };
  const ada = { kind: 'put', subject: 7, chainId: 'ada', attributes: {}, consent, locale: 'en' } as const;
  store.journal.put({ facts: [], people: [ada] });
  const committed = store.journal.committed();
  store.ports.advance(100);
  await committed;
  store.say('identity.presented', asGuest);
  const sale = { till: 'till-1', cart: 'cart-1', receipt: 'r1', currency: 'EUR', lines: [], total: 0 };
  store.say('sale', sale, { card: 'ada' });
  const guest = store.ofType('visit.opened')[0]?.subject;
  expect(store.ofType('sale').map(({ subject }) => subject)).toEqual([whose === 'hers' ? 7 : guest]);
});
