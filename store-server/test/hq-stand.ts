/**
 * What decides in a store, on a clock that is moved by hand, with headquarters that a test speaks for: journal, people,
 * visits, engine, conductor, and what takes in the words of headquarters.
 */
import type { CompiledRelease } from '@kairos/dialogue/compiled.ts';
import { createEngine } from '@kairos/dialogue/engine/create-engine.ts';
import { compileRelease } from '@kairos/dialogue/language/compile.ts';
import { tombstoneOf } from '@kairos/protocol/chain-id.ts';
import type { Fact, FactBody, FactType } from '@kairos/protocol/facts.ts';
import { floorPlan } from '@kairos/protocol/floor-plan.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import type { ChangesAnswer, CustomerChange } from '@kairos/protocol/sync-messages.ts';
import { Conductor } from '../conductor/conductor.ts';
import { People } from '../conductor/people.ts';
import { ChangeTaker } from '../headquarters/change-taker.ts';
import type { IncomingBatch, PresentedIdentity } from '../intake/incoming.ts';
import type { OpenedJournal } from '../journal/open-journal.ts';
import { openInlineJournal } from '../journal/open-journal.ts';
import { Visits } from '../visits/visits.ts';

export const standStartMs = 1_764_000_000_000;
export const chainKey = 'a-chain-key-for-tests-only';
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
  ],
});

/** Its first step waits for her next visit. */
const stroller = `dialogue: stroller
type: III
objective: { on: sale, within: 7d, value: 40 }
holdout: 0%
enter:
  - { on: sale }
steps:
  later: { wait: { for: next-visit, within: 60d, then: greet, else: end } }
  greet:
    say:
      cart: { moment: any, text: { en: "How is the stroller?" } }
      validFor: 10m
      answers: { fine: { label: { en: "Fine" }, then: end } }
      silence: { never-shown: end, ignored: { after: 1m, then: end }, walked-away: end, acted-elsewhere: end }
`;

function release(): CompiledRelease {
  const files = [{ path: 'stroller.yaml', text: stroller }];
  const { release: made, problems } = compileRelease(files, { number: 7, zones: ['suits'], departments: [] });
  if (!made) throw new Error(JSON.stringify(problems));
  return made;
}

export function chainIdOfNumber(number: number): string {
  return number.toString(16).padStart(32, '0');
}

export function customer(chainId: string, more: Partial<CustomerChange> = {}): CustomerChange {
  const consent = { remember: { granted: true, at: 1_000 }, inStore: { granted: true, at: 1_000 } };
  return { kind: 'customer', chainId, attributes: {}, locale: 'en', consent, runs: [], also: [], ...more };
}

export function page(changes: readonly object[], more: Partial<ChangesAnswer> = {}): ChangesAnswer {
  return {
    cursor: 'feed.1',
    begins: false,
    sweeps: false,
    remaining: 0,
    erased: [],
    changes: changes as ChangesAnswer['changes'],
    ...more,
  };
}

/** `journal`: another life of a stand whose process has ended. */
export async function openHqStand({
  ports = simulatedPorts({ startMs: standStartMs, seed: 1 }),
  journal = openInlineJournal({ file: ':memory:', groupMs: 1, ports }),
  build,
  seat = 'alone',
}: {
  readonly ports?: Ports & { advance?: (ms: number) => void };
  readonly journal?: OpenedJournal;
  /** As which version it takes in what headquarters say. */
  readonly build?: string;
  /** `store`: with headquarters, which decide what is theirs. */
  readonly seat?: 'alone' | 'store';
} = {}) {
  const { clock } = ports;
  const people = new People(journal, { defaultLocale: 'en', tombstoneOf: (chainId) => tombstoneOf(chainKey, chainId) });
  const visits = new Visits(plan);
  const recorded: Fact[] = [];
  const current = release();
  const engine = createEngine({
    release: current,
    chainKey,
    store: { name: 'Test', currency: 'EUR', timeZone: 'Europe/Zurich' },
    seat,
    person: (subject) => people.person(subject),
    places: { zones: { suits: 'aisle' }, screens: {}, tills: {} },
  });
  const conductor = new Conductor({
    ...{ journal, engine, visits, people, clock },
    timers: ports.timers,
    quietMs: 45 * 60_000,
    snapshotEveryFacts: 10_000,
    listeners: [(facts) => recorded.push(...facts)],
    onBroken: (_, error) => {
      throw error;
    },
  });
  await conductor.start();
  conductor.observe('screen.changed', null, { screen: 'cart-1', state: 'connected' });
  recorded.length = 0;
  const caps: { until: number | null } = { until: null };
  const taker = new ChangeTaker({
    ...{ journal, conductor, people, visits, chainKey, caps },
    release: { current },
    defaultLocale: 'en',
    ...(build ? { build } : {}),
  });
  let sequence = 0;
  const batchOf = <Type extends FactType>(
    type: Type,
    body: FactBody<Type>,
    identity: PresentedIdentity | null,
  ): IncomingBatch => {
    sequence += 1;
    const source = { device: 'cart-1', epoch: 'epoch-1', sequence };
    const fact = { type, seq: 0, at: clock.now(), subject: null, source, cause: null, late: false, body } as Fact;
    const cart = 'cart' in body ? ((body as { cart?: string }).cart ?? null) : null;
    return {
      facts: [{ fact, identity, cart }],
      source: { device: 'cart-1', epoch: 'epoch-1', upTo: sequence },
      rejected: [],
    };
  };
  /** Time goes on until it is done: the journal's groups are written by timers. */
  const done = async <Result>(doing: Promise<Result>): Promise<Result> => {
    let isOver = false;
    const end = doing.finally(() => {
      isOver = true;
    });
    end.catch(() => undefined);
    while (!isOver) {
      ports.advance?.(1);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    return end;
  };
  return {
    ...{ ports, journal, people, visits, engine, conductor, taker, recorded, batchOf, done, caps },
    release: { current },
    take: (answer: ChangesAnswer, askedAt?: number) => done(taker.take(answer, undefined, askedAt)),
    /** She shows her card at a cart; returns what was taken in. */
    login: (chainId: string, cart = 'cart-1'): IncomingBatch => {
      const body = { cart, means: 'card', strength: 'strong', known: false } as const;
      const batch = batchOf('identity.presented', body, { chainId, means: 'card', strength: 'strong' });
      conductor.take(batch);
      return batch;
    },
    say: <Type extends FactType>(type: Type, body: FactBody<Type>) => conductor.take(batchOf(type, body, null)),
    ofType: <Type extends FactType>(type: Type) =>
      recorded.filter((fact): fact is Extract<Fact, { type: Type }> => fact.type === type),
  };
}
