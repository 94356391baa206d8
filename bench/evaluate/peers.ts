/**
 * The engines that Kairos is measured against, each given the same rules in its own words and used in the fastest way
 * that its documentation shows. Each answers with the numbers of the rules that hold.
 */
import { ZenDecisionContent, ZenEngine } from '@gorules/zen-engine';
import { Environment } from '@marcbachmann/cel-js';
import { Engine as JsonRulesEngine, type RuleProperties } from 'json-rules-engine';
import type { Profile, Rule, Stay } from './rules.ts';

export interface Peer {
  /** The rules that hold; the array is the peer's own and good until the next call. */
  evaluate(stay: Stay, profile: Profile): readonly number[] | Promise<readonly number[]>;
}

/** json-rules-engine: every rule is looked at. */
export function jsonRules(rules: readonly Rule[]): Peer {
  const engine = new JsonRulesEngine(rules.map(toJsonRule));
  return { evaluate: (stay, profile) => runJsonRules(engine, stay, profile) };
}

/** json-rules-engine with our index before it: only the rules of the type and zone are looked at. */
export function indexedJsonRules(rules: readonly Rule[]): Peer {
  const engines = indexed(rules, (bucket) => new JsonRulesEngine(bucket.map(toJsonRule)));
  return {
    evaluate(stay, profile) {
      const engine = engines.get(stay.type)?.get(stay.zone);
      return engine === undefined ? [] : runJsonRules(engine, stay, profile);
    },
  };
}

async function runJsonRules(engine: JsonRulesEngine, stay: Stay, { tier, bought }: Profile): Promise<number[]> {
  const { events } = await engine.run({ type: stay.type, zone: stay.zone, dwell: stay.dwell, tier, bought });
  return events.map((event) => Number(event.type));
}

function toJsonRule({ id, type, zone, dwell, tiers, category }: Rule): RuleProperties {
  return {
    conditions: {
      all: [
        { fact: 'type', operator: 'equal', value: type },
        { fact: 'zone', operator: 'equal', value: zone },
        { fact: 'dwell', operator: 'greaterThanInclusive', value: dwell },
        { fact: 'tier', operator: 'in', value: [...tiers] },
        { fact: 'bought', operator: 'doesNotContain', value: category },
      ],
    },
    event: { type: String(id) },
  };
}

/** GoRules zen: one decision table that collects, a row for each rule, its columns in the order of the rule's conditions. */
export function zen(rules: readonly Rule[]): Peer {
  return zenTable(rules, ['type', 'zone', 'dwell', 'tier', 'bought']);
}

/**
 * The same with its columns ordered by hand for these very rules: a row is left at its first cell that does not hold,
 * and here that is mostly the zone.
 */
export function zenZoneFirst(rules: readonly Rule[]): Peer {
  return zenTable(rules, ['zone', 'dwell', 'tier', 'bought', 'type']);
}

function zenTable(rules: readonly Rule[], fields: readonly string[]): Peer {
  const table = {
    hitPolicy: 'collect',
    inputs: fields.map((field) => ({ id: field, name: field, field })),
    outputs: [{ id: 'rule', name: 'rule', field: 'rule' }],
    rules: rules.map(({ id, type, zone, dwell, tiers, category }) => ({
      _id: String(id),
      type: `"${type}"`,
      zone: `"${zone}"`,
      dwell: `>= ${dwell}`,
      tier: tiers.map((tier) => `"${tier}"`).join(', '),
      bought: `not(contains($, "${category}"))`,
      rule: String(id),
    })),
  };
  const content = {
    nodes: [
      { id: 'in', type: 'inputNode', name: 'in', position: { x: 0, y: 0 } },
      { id: 'table', type: 'decisionTableNode', name: 'table', position: { x: 1, y: 0 }, content: table },
      { id: 'out', type: 'outputNode', name: 'out', position: { x: 2, y: 0 } },
    ],
    edges: [
      { id: 'a', type: 'edge', sourceId: 'in', targetId: 'table' },
      { id: 'b', type: 'edge', sourceId: 'table', targetId: 'out' },
    ],
  };
  const decision = new ZenEngine().createDecision(new ZenDecisionContent(content));
  return {
    async evaluate(stay, { tier, bought }) {
      const { type, zone, dwell } = stay;
      const { result } = await decision.evaluate({ type, zone, dwell, tier, bought });
      return (result as { rule: number }[]).map(({ rule }) => rule);
    },
  };
}

/**
 * @marcbachmann/cel-js, the fastest of the CEL libraries: parsed once in a typed environment, all rules in turn. `type`
 * is a word of CEL's own, hence `kind`.
 */
export function cel(rules: readonly Rule[]): Peer {
  const environment = new Environment()
    .registerVariable('kind', 'string')
    .registerVariable('zone', 'string')
    .registerVariable('dwell', 'double')
    .registerVariable('tier', 'string')
    .registerVariable('bought', 'list<string>');
  const parsed = rules.map(({ type, zone, dwell, tiers, category }) =>
    environment.parse(
      `kind == "${type}" && zone == "${zone}" && dwell >= ${dwell}.0 && tier in ${JSON.stringify(tiers)} && !("${category}" in bought)`,
    ),
  );
  const hits: number[] = [];
  return {
    evaluate(stay, { tier, bought }) {
      hits.length = 0;
      const context = { kind: stay.type, zone: stay.zone, dwell: stay.dwell, tier, bought };
      for (let at = 0; at < parsed.length; at++) {
        if ((parsed[at] as (typeof parsed)[number])(context) === true) hits.push((rules[at] as Rule).id);
      }
      return hits;
    },
  };
}

/** What a programmer would write by hand for exactly these rules, behind our index: the ceiling. No state, no limits. */
export function closures(rules: readonly Rule[]): Peer {
  type Test = (stay: Stay, profile: Profile) => boolean;
  const index = indexed(rules, (bucket) =>
    bucket.map(({ id, dwell, tiers, category }) => {
      const isWanted: Test = (stay, profile) =>
        stay.dwell >= dwell && tiers.includes(profile.tier) && !profile.bought.includes(category);
      return { id, isWanted };
    }),
  );
  const hits: number[] = [];
  return {
    evaluate(stay, profile) {
      hits.length = 0;
      const bucket = index.get(stay.type)?.get(stay.zone);
      if (bucket === undefined) return hits;
      for (let at = 0; at < bucket.length; at++) {
        const { id, isWanted } = bucket[at] as (typeof bucket)[number];
        if (isWanted(stay, profile)) hits.push(id);
      }
      return hits;
    },
  };
}

/** By type and zone. */
function indexed<Bucket>(
  rules: readonly Rule[],
  make: (bucket: readonly Rule[]) => Bucket,
): Map<string, Map<string, Bucket>> {
  const types = Map.groupBy(rules, (rule) => rule.type);
  return new Map(
    [...types].map(([type, ofType]) => [
      type,
      new Map([...Map.groupBy(ofType, (rule) => rule.zone)].map(([zone, bucket]) => [zone, make(bucket)])),
    ]),
  );
}
