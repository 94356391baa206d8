/**
 * The associates' desk with a real conductor, engine, visits and journal, under a clock that a test moves. Views are what
 * handhelds would show; a handheld is there or away as the test says.
 */
import { createEngine } from '@kairos/dialogue/engine/create-engine.ts';
import { compileRelease } from '@kairos/dialogue/language/compile.ts';
import type { Fact, FactBody, FactType } from '@kairos/protocol/facts.ts';
import { floorPlan } from '@kairos/protocol/floor-plan.ts';
import type { HandheldDeed, HandheldTask, HandheldView } from '@kairos/protocol/handheld-events.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { Conductor } from '../conductor/conductor.ts';
import { People } from '../conductor/people.ts';
import { HeldBack } from '../delivery/held-back.ts';
import { openInlineJournal } from '../journal/open-journal.ts';
import type { Associate, FloorRole } from '../tasks/associate.ts';
import { AssociateView } from '../tasks/associate-view.ts';
import type { Outcome } from '../tasks/claims.ts';
import { TaskDesk } from '../tasks/desk.ts';
import { Visits } from '../visits/visits.ts';

const startMs = 1_764_000_000_000;
export const minute = 60_000;

function square(x: number): number[][] {
  return [
    [x, 0],
    [x + 10, 0],
    [x + 10, 10],
    [x, 10],
  ];
}

const plan = floorPlan.parse({
  name: 'test',
  width: 40,
  height: 10,
  zones: [
    { id: 'suits', name: 'Suits', kind: 'open', polygon: square(0) },
    { id: 'shoes', name: 'Shoes', kind: 'open', polygon: square(10) },
    { id: 'hats', name: 'Hats', kind: 'open', polygon: square(20) },
    { id: 'tills', name: 'Tills', kind: 'till', polygon: square(30) },
  ],
  tills: [{ id: 'till-1', zone: 'tills', at: [35, 5] }],
});

/** Asked of the floor when she walks in; nobody takes it within four minutes, and her cart says so. */
const greeting = `dialogue: greeting
title: Advice on suits
type: III
priority: 6
objective: { on: sale, within: 7d, value: 40 }
holdout: 0%
enter:
  - { on: zone.entered, where: 'fact.zone == "suits"' }
steps:
  bring:
    say:
      handheld:
        to: { role: floor, claimWithin: 4m, else: sorry }
        text: { en: "Show the new suits", de: "Neue Anzüge zeigen" }
        body: { en: "May I show you something?", de: "Darf ich Ihnen etwas zeigen?" }
        know: { en: "She wears 42.", de: "Sie trägt 42." }
      validFor: 20m
      answers:
        shown: { label: { en: "Shown", de: "Gezeigt" }, positive: true, form: { size: { label: { en: "Which size?", de: "Welche Größe?" }, choices: { S: { de: "Klein" }, M: { de: "Mittel" }, L: { de: "Groß" } } }, words: text }, then: end }
        cannot: { label: { en: "Can't now", de: "Jetzt nicht" }, then: end }
      silence: { never-shown: sorry, ignored: sorry, walked-away: end, acted-elsewhere: end }
  sorry:
    say:
      cart: { moment: any, text: { en: "Nobody is free just now. Look around?" } }
      validFor: 5m
      answers: { yes: { label: { en: "Yes" }, then: end } }
      silence: { never-shown: end, ignored: end, walked-away: end, acted-elsewhere: end }
`;

export interface Somebody {
  readonly role?: FloorRole;
  readonly zones?: readonly string[];
  readonly fills?: readonly string[];
  readonly locale?: string;
}

export async function deskStand(crew: Readonly<Record<string, Somebody>>) {
  const ports = simulatedPorts({ startMs, seed: 1 });
  const { clock, timers } = ports;
  const journal = openInlineJournal({ file: ':memory:', groupMs: 0, ports });
  const { release, problems } = compileRelease([{ path: 'greeting.yaml', text: greeting }], {
    number: 1,
    zones: plan.zones.map(({ id }) => id),
    departments: [],
  });
  if (!release) throw new Error(JSON.stringify(problems));
  const people = new People(journal, { defaultLocale: 'en', tombstoneOf: (chainId) => chainId });
  const visits = new Visits(plan);
  const recorded: Fact[] = [];
  const engine = createEngine({
    release,
    chainKey: 'a-chain-key-for-tests-only',
    store: { name: 'Test', currency: 'EUR', timeZone: 'Europe/Zurich' },
    person: (subject) => people.person(subject),
    places: {
      zones: { suits: 'open', shoes: 'open', hats: 'open', tills: 'till' },
      screens: {},
      tills: { 'till-1': 'tills' },
    },
  });
  const listeners: ((facts: readonly Fact[]) => void)[] = [];
  const conductor = new Conductor({
    journal,
    engine,
    visits,
    people,
    clock,
    timers,
    quietMs: 45 * minute,
    snapshotEveryFacts: 10_000,
    listeners,
    onBroken: (_, error) => {
      throw error;
    },
  });
  await conductor.start();
  const held = new HeldBack({ journal, timers, onReleased: () => desk.look() });
  const carts: string[] = [];
  const associates = Object.entries(crew).map(([associate, somebody]): Associate => {
    const plain = { associate, name: associate, role: 'associate' as const, locale: 'en', zones: null, fills: [] };
    return { ...plain, ...somebody };
  });
  const desk = new TaskDesk({
    plan,
    timeZone: 'Europe/Zurich',
    associates,
    conductor,
    engine,
    visits,
    people,
    journal,
    held,
    release: () => release,
    clock,
    timers,
    onChange: () => undefined,
    onCart: (cart) => carts.push(cart),
  });
  listeners.push((facts) => {
    recorded.push(...facts);
    held.note(facts);
    desk.note(facts);
  });
  const find = (associate: string): Associate => {
    const who = associates.find((one) => one.associate === associate);
    if (!who) throw new Error(`nobody is called ${associate}`);
    return who;
  };
  const views = new Map(associates.map((who) => [who.associate, new AssociateView(desk, who, (name) => name)]));
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  const pass = async (ms: number): Promise<void> => {
    ports.advance(ms);
    await settle();
  };
  let deeds = 0;
  const stand = {
    desk,
    carts,
    clock,
    observe: <Type extends FactType>(type: Type, subject: number | null, body: FactBody<Type>) =>
      conductor.observe(type, subject, body),
    pass,
    view: (associate: string): HandheldView => {
      const view = views.get(associate);
      if (!view) throw new Error(`nobody is called ${associate}`);
      return view.make(clock.now());
    },
    tasks: (associate: string): readonly HandheldTask[] => stand.view(associate).tasks,
    /** Her handheld is there, and she is on. */
    async arrive(...names: string[]): Promise<void> {
      for (const name of names) {
        desk.crew.attach(name);
        desk.crew.choose(name, 'on');
      }
      await pass(1);
    },
    /** What came of it; something that is held for ten seconds has not come to anything yet. */
    async do(associate: string, deed: Deed): Promise<Outcome | 'held'> {
      deeds += 1;
      let outcome: Outcome | 'held' = 'held';
      void desk.do(find(associate), { id: `deed-${deeds}`, ...deed } as HandheldDeed).then((came) => {
        outcome = came;
      });
      await pass(1);
      return outcome;
    },
    /** A shopper comes to a cart, and stands there. */
    async shopper(cart: string, zone: string): Promise<number> {
      conductor.observe('identity.presented', null, { cart, means: 'guest', strength: 'guest', known: false });
      const subject = visits.visitOn(cart)?.subject;
      if (subject === undefined) throw new Error(`nobody is at ${cart}`);
      conductor.observe('zone.entered', subject, { cart, zone, confidence: 900 });
      await pass(1);
      return subject;
    },
    async call(cart: string, zone: string): Promise<HandheldTask['id']> {
      const subject = await stand.shopper(cart, zone);
      conductor.observe('help.requested', subject, { cart });
      await pass(1);
      return visits.visitOf(subject)?.help?.task ?? 'none';
    },
    helpOn: (cart: string) => visits.visitOn(cart)?.help ?? null,
    told: (...types: FactType[]): string[] =>
      recorded.filter(({ type }) => (types as string[]).includes(type)).map((fact) => wordsOf(fact)),
  };
  return stand;
}

type Deed = HandheldDeed extends infer One ? (One extends HandheldDeed ? Omit<One, 'id'> : never) : never;

function wordsOf({ type, body }: Fact): string {
  const { associate, answer, reason, state } = body as Record<string, string | undefined>;
  return [type, associate, answer, reason, state].filter((word) => word !== undefined).join(' ');
}
