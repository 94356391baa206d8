/** Reads `attention`: how much a visit bears, and what interrupting costs. */
import type { AttentionSettings } from '../compiled.ts';
import { type Field, readFields, readMoney, readRate, readSpan, readWhole } from './node-reader.ts';
import type { ProblemList } from './problem.ts';

const minuteMs = 60_000;

/** Three messages a visit, a minute and a half apart, and rest after two that were ignored. Costs in minor units. */
const defaultAttention: AttentionSettings = {
  perVisit: 3,
  refill: 1,
  gapMs: 90_000,
  restAfterIgnored: 2,
  restMs: 20 * minuteMs,
  restAtHome: null,
  costs: { walking: 200, dwelling: 100, atRest: 50, atTill: 100 },
  queueMax: 3,
  cap: null,
};

export function readAttention(found: Field | undefined, problems: ProblemList): AttentionSettings {
  if (found === undefined) return defaultAttention;
  const names = ['perVisit', 'refill', 'gap', 'rest', 'restAtHome', 'costs', 'queue', 'cap'];
  const fields = readFields(found.value, '"attention"', names, problems, found.at);
  if (fields === null) return defaultAttention;
  const number = (name: string, max: number, otherwise: number): number => {
    const each = fields.get(name);
    return each === undefined ? otherwise : (readWhole(each, `"${name}"`, 0, max, problems) ?? otherwise);
  };
  const gap = fields.get('gap');
  const gapSpan = gap === undefined ? null : readSpan(gap, 'the gap', problems);
  const cap = fields.get('cap');
  return {
    perVisit: number('perVisit', 100, defaultAttention.perVisit),
    refill: number('refill', 100, defaultAttention.refill),
    gapMs: gapSpan !== null && 'ms' in gapSpan ? gapSpan.ms : defaultAttention.gapMs,
    ...readRest(fields.get('rest'), problems),
    restAtHome: readRestAtHome(fields.get('restAtHome'), problems),
    costs: readCosts(fields.get('costs'), problems),
    queueMax: number('queue', 100, defaultAttention.queueMax),
    cap: cap === undefined ? null : readRate(cap, 'the cap', problems),
  };
}

function readRest(
  found: Field | undefined,
  problems: ProblemList,
): Pick<AttentionSettings, 'restAfterIgnored' | 'restMs'> {
  const { restAfterIgnored, restMs } = defaultAttention;
  if (found === undefined) return { restAfterIgnored, restMs };
  const fields = readFields(found.value, '"rest"', ['afterIgnored', 'for'], problems, found.at);
  const after = fields?.get('afterIgnored');
  const length = fields?.get('for');
  const span = length === undefined ? null : readSpan(length, 'the rest', problems);
  return {
    restAfterIgnored:
      after === undefined
        ? restAfterIgnored
        : (readWhole(after, '"afterIgnored"', 1, 100, problems) ?? restAfterIgnored),
    restMs: span !== null && 'ms' in span ? span.ms : restMs,
  };
}

/** Months at home are common: the span is kept as it was written. */
function readRestAtHome(found: Field | undefined, problems: ProblemList): AttentionSettings['restAtHome'] {
  if (found === undefined) return null;
  const fields = readFields(found.value, '"restAtHome"', ['afterIgnored', 'for'], problems, found.at);
  const after = fields?.get('afterIgnored');
  const length = fields?.get('for');
  if (fields !== null && (after === undefined || length === undefined)) {
    const hint = 'restAtHome: { afterIgnored: 3, for: 30d }';
    problems.error('missing', found.at, '"restAtHome" says after how many, and for how long', hint);
  }
  if (after === undefined || length === undefined) return null;
  const afterIgnored = readWhole(after, '"afterIgnored"', 1, 100, problems);
  const span = readSpan(length, 'the rest', problems);
  return afterIgnored === null || span === null ? null : { afterIgnored, for: span };
}

function readCosts(found: Field | undefined, problems: ProblemList): AttentionSettings['costs'] {
  const { costs } = defaultAttention;
  if (found === undefined) return costs;
  const fields = readFields(found.value, '"costs"', Object.keys(costs), problems, found.at);
  const cost = (name: keyof typeof costs): number => {
    const each = fields?.get(name);
    return each === undefined ? costs[name] : (readMoney(each, `the cost "${name}"`, problems) ?? costs[name]);
  };
  return { walking: cost('walking'), dwelling: cost('dwelling'), atRest: cost('atRest'), atTill: cost('atTill') };
}
