/** What a trial has shown, beside the other set on the same shoppers: as words, and as one object. */
import { spokenText } from '@kairos/store-server/rehearsal/spoken-text.ts';
import {
  balanceText,
  countsText,
  dialoguesText,
  loadText,
  type Side,
  stoppedText,
  tallyJson,
  visitsText,
} from '@kairos/store-server/rehearsal/tally-text.ts';
import type { Trial } from './trial.ts';

export interface TriedSide extends Side {
  readonly trial: Trial;
}

export interface SimulationReport {
  readonly store: { readonly title: string; readonly timeZone: string; readonly currency: string };
  readonly seed: number;
  readonly days: number;
  /** The first day. */
  readonly from: string;
  readonly associates: number;
  readonly draft: TriedSide;
  /** Null where there is none, or where it is the draft itself. */
  readonly published: TriedSide | null;
  readonly isSame: boolean;
}

export function simulationText(report: SimulationReport): string {
  const { draft, published, store, days } = report;
  const { failures } = draft.trial;
  return [
    heading(report),
    countsText(draft, published),
    spokenText(draft, published, { ...store, days }),
    dialoguesText(draft, published),
    visitsText(draft, published),
    stoppedText(draft, published),
    loadText(draft, published, store.timeZone),
    balanceText(draft, published),
    ...(failures > 0 ? [`${failures} facts could not be handled by the engine: please report this draft.`] : []),
  ].join('\n\n');
}

function heading({ store, seed, days, from, associates, draft, isSame }: SimulationReport): string {
  const { facts, customers } = draft.trial;
  return [
    `${store.title}, ${days} simulated day${days === 1 ? '' : 's'} from ${from}, seed ${seed}: ${facts} facts, ${customers} customers with a past, ${associates} associates.`,
    'Simulated: who comes, where she walks, what she buys; the same people for every set of dialogues, whatever is said. So an',
    'objective that is reached would have been reached without a word: no simulation says what a draft will earn.',
    'Assumed: on a screen each answers, lets pass or walks away as her temperament is; e-mails, letters and pages at home are',
    'answered by a few after some hours, calls reach 6 of 10; associates take on 85 of 100 tasks when they have a hand free.',
    ...(isSame ? ['The draft is the published set, word for word: nothing stands beside it.'] : []),
  ].join('\n');
}

export function simulationJson(
  report: SimulationReport,
  surroundings: { readonly commit: string; readonly machine: string },
): Record<string, unknown> {
  const { store, seed, days, from, associates, draft, published, isSame } = report;
  const { visits, tasks, said } = draft.tally;
  const { failures, refused } = draft.trial;
  const figures = [
    { name: 'messages', value: said.length, unit: 'messages' },
    ...(published ? [{ name: 'messages_published', value: published.tally.said.length, unit: 'messages' }] : []),
    { name: 'visits', value: visits.visits, unit: 'visits' },
    { name: 'messages_a_visit', value: round(visits.messages / Math.max(1, visits.visits)), unit: 'messages' },
    { name: 'tasks', value: tasks.offered, unit: 'tasks' },
    { name: 'facts', value: draft.trial.facts, unit: 'facts' },
    { name: 'failures', value: failures, unit: 'facts', goal: '= 0', met: failures === 0 },
  ];
  return {
    name: 'simulate',
    ...surroundings,
    figures,
    store: store.title,
    seed,
    days,
    from,
    associates,
    customers: draft.trial.customers,
    refused: Object.fromEntries(refused),
    draft: { name: draft.name, ...tallyJson(draft) },
    published: published && { name: published.name, ...tallyJson(published) },
    isSame,
  };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
