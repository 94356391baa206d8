import { expect, test } from 'vitest';
import { answersOf, assertSameAnswers } from './equal-hits.ts';
import { createKairos, releaseOf } from './kairos.ts';
import { cel, closures, indexedJsonRules, jsonRules, type Peer, zen, zenZoneFirst } from './peers.ts';
import { makeEqualRules, makeProfiles, makeRules, makeStays, zoneNames } from './rules.ts';
import { Traffic } from './traffic.ts';

const zones = zoneNames(5);
const rules = makeRules(60, zones);
const profiles = makeProfiles(50);
const work = { stays: makeStays(120, zones), profiles };

test('every engine finds the same rules, Kairos from YAML and through its own front door', async () => {
  const makers = { cel, closures, indexedJsonRules, jsonRules, zen, zenZoneFirst };
  const peers = new Map<string, Peer>(Object.entries(makers).map(([name, make]) => [name, make(rules)]));
  peers.set('kairos', createKairos(releaseOf(rules), profiles).asPeer);
  const answers = new Map<string, number[][]>();
  for (const [name, peer] of peers) answers.set(name, await answersOf(peer, work));
  expect(assertSameAnswers('closures', answers)).toBeGreaterThan(60);
});

test('an engine that misses a rule is found out', async () => {
  const complete = await answersOf(closures(rules), work);
  const forgetful = await answersOf(closures(rules.slice(0, -5)), work);
  const answers = new Map([
    ['complete', complete],
    ['forgetful', forgetful],
  ]);
  expect(() => assertSameAnswers('complete', answers)).toThrow('forgetful');
});

test('the traffic makes the engine speak at least once in a hundred facts, and everybody who left is forgotten', () => {
  const { engine } = createKairos(releaseOf(rules), profiles);
  const stayOf = (place: number, n: number) => work.stays[(place * 7 + n) % work.stays.length]!;
  const traffic = new Traffic(engine, { customers: 40, profiles, stayOf });
  while (traffic.counts.facts < 30_000) traffic.handle(traffic.batch(250));
  expect(traffic.counts.speakingFacts / traffic.counts.facts).toBeGreaterThan(0.01);
  expect(engine.activeSubjects).toBeLessThan(60);
});

test('equal rules match equally often, however many zones there are', () => {
  const one = makeEqualRules(10, ['z']);
  const many = makeEqualRules(10, zoneNames(30));
  expect(new Set(many.map(({ id }) => id)).size).toBe(300);
  for (const rule of many) {
    expect({ ...rule, id: 0, zone: 'z' }).toEqual({ ...one[rule.id % 10], id: 0 });
  }
});
