/** The steps of a dialogue as a graph: names that lead nowhere, steps that nothing reaches, circles without a bound. */

import type { ProblemList } from './problem.ts';
import type { Lead, StepDraft } from './step-reader.ts';
import { didYouMean } from './suggest.ts';

export interface Graph {
  /** Every step that the author has written, also those that could not be read. */
  readonly names: readonly string[];
  readonly drafts: readonly StepDraft[];
  readonly leads: readonly Lead[];
}

export function checkGraph(graph: Graph, problems: ProblemList): void {
  const known = new Set(graph.names);
  for (const lead of graph.leads) {
    if (known.has(lead.to)) continue;
    problems.error(
      'unknown-step',
      lead.at,
      `there is no step "${lead.to}"`,
      didYouMean(lead.to, [...known.add('end')]),
    );
  }
  if (graph.drafts.length < graph.names.length) return;
  const edges = edgesOf(graph);
  warnUnreached(graph, edges, problems);
  checkCircles(graph, edges, problems);
}

function edgesOf({ names, leads }: Graph): ReadonlyMap<string, readonly string[]> {
  const edges = new Map<string, string[]>(names.map((name) => [name, []]));
  for (const lead of leads) if (lead.from !== null && edges.has(lead.to)) edges.get(lead.from)?.push(lead.to);
  return edges;
}

function warnUnreached(
  { drafts, leads }: Graph,
  edges: ReadonlyMap<string, readonly string[]>,
  problems: ProblemList,
): void {
  const [first] = drafts;
  if (first === undefined) return;
  const reached = new Set<string>();
  const rewards = drafts.flatMap((draft) => draft.say?.plan.with ?? []);
  const waiting = [first.name, ...rewards, ...leads.flatMap((lead) => (lead.from === null ? [lead.to] : []))];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    waiting.push(...(edges.get(name) ?? []));
  }
  for (const draft of drafts) {
    if (reached.has(draft.name)) continue;
    problems.warn(
      'unreached-step',
      draft.at,
      `nothing leads to the step "${draft.name}"`,
      'remove it, or let an answer or a silence lead here',
    );
  }
}

/** A circle holds a wait, and one of its waits has a bound: otherwise a run might speak, or spin, for ever. */
function checkCircles({ drafts }: Graph, edges: ReadonlyMap<string, readonly string[]>, problems: ProblemList): void {
  const waits = new Set(drafts.filter((draft) => draft.plan.verb === 'wait').map((draft) => draft.name));
  const bounded = new Set(
    drafts.filter(({ plan }) => plan.verb === 'wait' && plan.max !== null).map((draft) => draft.name),
  );
  const hasty = findCircle(drafts, edges, waits);
  if (hasty !== null) {
    problems.error(
      'circle-without-wait',
      hasty.at,
      `the steps ${pathOf(hasty.path)} lead in a circle without a wait`,
      'put a wait into the circle, with max:',
    );
    return;
  }
  const endless = findCircle(drafts, edges, bounded);
  if (endless === null) return;
  problems.error(
    'circle-without-bound',
    endless.at,
    `the steps ${pathOf(endless.path)} lead in a circle without an end`,
    'give one of its waits a bound: max: 3, and else:',
  );
}

function pathOf(path: readonly string[]): string {
  return [...path, path[0]].map((name) => `"${name}"`).join(' → ');
}

/** A circle that goes round without touching `without`. */
function findCircle(
  drafts: readonly StepDraft[],
  edges: ReadonlyMap<string, readonly string[]>,
  without: ReadonlySet<string>,
): { at: StepDraft['at']; path: readonly string[] } | null {
  const done = new Set<string>(without);
  const path: string[] = [];
  const walk = (name: string): readonly string[] | null => {
    const seenAt = path.indexOf(name);
    if (seenAt !== -1) return path.slice(seenAt);
    if (done.has(name)) return null;
    path.push(name);
    for (const next of edges.get(name) ?? []) {
      const circle = walk(next);
      if (circle !== null) return circle;
    }
    path.pop();
    done.add(name);
    return null;
  };
  for (const draft of drafts) {
    const circle = walk(draft.name);
    if (circle === null) continue;
    const first = drafts.find((each) => each.name === circle[0]);
    return { at: (first ?? draft).at, path: circle };
  }
  return null;
}
