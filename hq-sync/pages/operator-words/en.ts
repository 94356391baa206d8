import { type FaultKind, faultAdvice } from '../../channels/channel-faults.ts';
import type { FigureName } from '../../customers/dialogue-figures.ts';
import type { Frequency } from '../../customers/preference-book.ts';
import type { Showing, StoreOrder } from '../store-list.ts';

/** Numbers come as they are written in the language, and beside them, where the grammar needs it, as they are. */
export interface OperatorWords {
  readonly headquarters: string;
  readonly places: Readonly<Record<'stores' | 'customers' | 'results', string>>;
  // Stores.
  readonly noStore: string;
  readonly column: Readonly<
    Record<'store' | 'heard' | 'facts' | 'toCome' | 'down' | 'putAside' | 'erasures' | 'release', string>
  >;
  /** How many stores are so, each behind its number; `standing` names them all. */
  readonly standing: string;
  readonly showing: Readonly<Record<Showing, string>>;
  readonly storeName: string;
  readonly order: string;
  readonly orders: Readonly<Record<StoreOrder, string>>;
  readonly show: string;
  readonly noSuchStore: string;
  readonly pages: string;
  readonly shownOf: (shown: { readonly from: string; readonly to: string; readonly all: string }) => string;
  readonly before: string;
  readonly after: string;
  readonly never: string;
  readonly outOfTouch: string;
  readonly revoked: string;
  readonly downOf: (said: string, all: string) => string;
  readonly notAsked: string;
  readonly badFact: (store: string, number: string) => string;
  readonly noTraces: string;
  readonly tracesSince: (since: string) => string;
  /** Behind the name of a store. */
  readonly waitsForUpdate: (shown: {
    readonly names: string;
    readonly needs: string;
    readonly knows: string;
  }) => string;
  readonly foldedToOne: (count: number, shown: string) => string;
  readonly logHolds: string;
  // What has to be mended.
  readonly toMend: string;
  readonly faultSince: (since: string, count: number, times: string) => string;
  readonly advice: Readonly<Record<FaultKind, string>>;
  // Looking a customer up.
  readonly number: string;
  readonly lookUp: string;
  readonly isWrittenDown: string;
  readonly wrongDigit: string;
  readonly noNumber: string;
  readonly isForgotten: string;
  readonly isUnknown: string;
  // One customer.
  readonly known: string;
  readonly field: Readonly<Record<'language' | 'since' | 'agreed' | 'frequency' | 'pausedUntil', string>>;
  readonly notKnown: string;
  readonly agreedNothing: string;
  readonly frequency: Readonly<Record<Frequency, string>>;
  readonly purpose: Readonly<Record<string, string>>;
  readonly dialogues: string;
  readonly inNone: string;
  readonly run: Readonly<Record<'dialogue' | 'entered' | 'stands', string>>;
  readonly isLeftAlone: string;
  readonly justEntered: string;
  readonly ended: (reason: string) => string;
  readonly said: string;
  readonly saidNothing: string;
  readonly outcome: Readonly<Record<'seen' | 'answered' | 'quiet' | 'waiting', string>>;
  readonly happened: string;
  readonly nothingYet: string;
  // Results.
  readonly stillCounting: (facts: string) => string;
  readonly nobodyEntered: string;
  readonly figure: Readonly<Record<Exclude<FigureName, 'value'>, string>>;
  readonly alone: string;
  readonly reachedAlone: string;
  readonly lift: string;
  readonly liftBetween: (points: string, low: string, high: string) => string;
  readonly points: (points: string) => string;
  readonly customersEntered: (count: number, written: string) => string;
  readonly shareAnswered: (percent: string) => string;
  readonly nobodyAlone: string;
  /** In a sentence: so many heard from it, so many were left alone, and from how many on each side it can be said. */
  readonly tooFew: (of: { readonly heard: string; readonly alone: string; readonly least: string }) => string;
  /** In a table. */
  readonly tooFewToTell: string;
  readonly lifted: (of: {
    readonly points: string;
    readonly isMore: boolean;
    readonly alone: string;
    readonly giveOrTake: string;
  }) => string;
}

export const en: OperatorWords = {
  headquarters: 'Headquarters',
  places: { stores: 'Stores', customers: 'Customers', results: 'Results' },
  noStore: 'There is no store yet. To add one:',
  column: {
    store: 'Store',
    heard: 'Last heard',
    facts: 'Facts',
    toCome: 'To come up',
    down: 'Down, of all',
    putAside: 'Put aside',
    erasures: 'Erasures owed',
    release: 'Release',
  },
  standing: 'How the stores stand',
  showing: {
    all: 'all',
    needs: 'to look at',
    fine: 'fine',
    never: 'never heard',
    late: 'late',
    refused: 'refused',
    aside: 'with facts put aside',
    owing: 'owe an erasure receipt',
  },
  storeName: 'Name of a store',
  order: 'Order',
  orders: {
    needs: 'those to look at first',
    name: 'by name',
    heard: 'longest not heard first',
    toCome: 'most to come up first',
    aside: 'most put aside first',
  },
  show: 'Show',
  noSuchStore: 'There is no such store.',
  pages: 'Pages',
  shownOf: ({ from, to, all }) => `${from}–${to} of ${all}`,
  before: 'Back',
  after: 'On',
  never: 'never',
  outOfTouch: 'out of touch',
  revoked: 'revoked',
  downOf: (said, all) => `${said} of ${all}`,
  notAsked: 'not asked yet',
  badFact: (store, number) => `${store}, fact ${number}`,
  noTraces: 'Nothing that was erased stands in the files of the database.',
  waitsForUpdate: ({ names, needs, knows }) =>
    `without ${names}. Written in version ${needs} of the language; the store knows ${knows}. Update the store.`,
  foldedToOne: (count, shown) =>
    count === 1
      ? 'One decision within 30 days was made by two stores out of touch; it counts once.'
      : `${shown} decisions within 30 days were made by two stores out of touch; each counts once.`,
  tracesSince: (since) =>
    `What was erased since ${since} is still to be written over in the files of the database; it is done by itself.`,
  logHolds: 'The log of the database still holds what was erased. Left to do:',
  toMend: 'To be mended',
  faultSince: (since, count, times) => `Since ${since}, ${count === 1 ? 'once' : `${times} times`}:`,
  advice: faultAdvice,
  number: 'Her card, or the chain’s own number for her',
  lookUp: 'Look her up',
  isWrittenDown: 'Who looks somebody up is written down.',
  wrongDigit: 'That number has a wrong digit. Check it once more.',
  noNumber: 'That is no number of a customer of this chain.',
  isForgotten: 'She has asked to be forgotten: nothing is known of her.',
  isUnknown: 'Nothing is known of a customer with this number.',
  known: 'What is known',
  field: {
    language: 'language',
    since: 'since',
    agreed: 'agreed',
    frequency: 'frequency',
    pausedUntil: 'paused until',
  },
  notKnown: 'not known',
  agreedNothing: 'nothing',
  frequency: { any: 'as often as there is something', weekly: 'at most weekly', monthly: 'at most monthly' },
  purpose: {
    remember: 'to be remembered',
    inStore: 'in the store',
    email: 'e-mail',
    call: 'calls',
    mail: 'letters',
    web: 'the website',
    sensitive: 'sensitive goods',
  },
  dialogues: 'Dialogues',
  inNone: 'She is in none, and was in none.',
  run: { dialogue: 'Dialogue', entered: 'Entered', stands: 'Where it stands' },
  isLeftAlone: 'left alone',
  justEntered: 'just entered',
  ended: (reason) => `ended: ${reason}`,
  said: 'What was said to her, and why',
  saidNothing: 'Nothing was said to her yet.',
  outcome: {
    seen: 'She has seen it.',
    answered: 'She answered:',
    quiet: 'She did not answer.',
    waiting: 'It is on its way.',
  },
  happened: 'What happened',
  nothingYet: 'Nothing yet.',
  stillCounting: (facts) => `${facts} facts that have come are still to be counted.`,
  nobodyEntered: 'No customer has entered a dialogue yet.',
  figure: {
    entered: 'Entered',
    shown: 'Shown',
    answered: 'Answered',
    ignored: 'Ignored',
    'walked-away': 'Walked away',
    'acted-elsewhere': 'Acted elsewhere',
    'never-shown': 'Never shown',
    reached: 'Got there',
  },
  alone: 'Left alone',
  reachedAlone: 'Got there alone',
  lift: 'Lift (95 %)',
  liftBetween: (points, low, high) => `${points} (${low} to ${high})`,
  points: (points) => `${points} points`,
  customersEntered: (count, written) => (count === 1 ? 'One customer entered.' : `${written} customers entered.`),
  shareAnswered: (percent) => `${percent} of what was shown was answered.`,
  nobodyAlone: 'Nobody was left alone, so nobody knows what it brings.',
  tooFew: ({ heard, alone, least }) =>
    `Too few to tell what it brings: ${heard} against ${alone} whom we left alone; from ${least} on each side it can be said.`,
  tooFewToTell: 'too few to tell',
  lifted: ({ points, isMore, alone, giveOrTake }) =>
    `${points} ${isMore ? 'more' : 'fewer'} of them got there than of the ${alone} customers whom we left alone, give or take ${giveOrTake}.`,
};
