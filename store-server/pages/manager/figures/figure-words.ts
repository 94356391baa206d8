/** The figures in sentences: what a manager reads before she looks at a chart. */
import type {
  AttentionFigures,
  DialogueFigures,
  Effect,
  Lift,
  ManagerFigures,
  Verdict,
} from '@kairos/protocol/manager-figures.ts';
import { Amounts } from '@kairos/ui/amounts.ts';

/** From so many customers on each side a difference is told (store-server/manager/figures/lift.ts). */
const customersTold = 30;

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Minor units of the store's currency. */
export function money(minor: number, currency: string): string {
  return new Amounts('en-GB', currency).price(minor);
}

/** "1 visit", "2 visits" */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;
}

export function duration(ms: number): string {
  if (ms < 60_000) return `${Math.round(ms / 1_000)} s`;
  const minutes = Math.round(ms / 60_000);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

export function messagesPerVisit({ visits, messages }: AttentionFigures): string {
  return visits === 0 ? '–' : (messages / visits).toFixed(1);
}

/** Of those that were seen and are over: how many were answered. Null: none is. */
export function answeredShare(talk: Pick<DialogueFigures, 'answered' | 'silences'>): number | null {
  const { ignored, 'walked-away': walked, 'acted-elsewhere': acted } = talk.silences;
  const over = talk.answered + ignored + walked + acted;
  return over === 0 ? null : talk.answered / over;
}

/** "7 points more often than those we left alone, give or take 3" */
export function liftWords(effect: Effect | null, verdict: Verdict, lift?: Lift): string {
  if (verdict === 'no-holdout') return 'Nobody is left alone here, so what it brings cannot be told.';
  if (effect === null || verdict === 'too-few') {
    const sides = lift ? ` ${lift.spoken.customers} customers against ${lift.held.customers} whom we left alone;` : '';
    return `Too few to tell:${sides} from ${customersTold} on each side it can be said.`;
  }
  if (verdict === 'unclear') {
    return `No difference that chance could not have made: between ${points(-effect.low)} fewer and ${points(effect.high)} more in a hundred reached the goal.`;
  }
  const more = verdict === 'more' ? 'more' : 'fewer';
  return `In a hundred, ${points(Math.abs(effect.difference))} ${more} customers reached the goal than of those we left alone, give or take ${points(halfOf(effect))}.`;
}

export function spendingWords({ spending, spendingVerdict }: Lift, currency: string): string | null {
  if (spending === null || spendingVerdict === 'no-holdout' || spendingVerdict === 'too-few') return null;
  const half = money(halfOf(spending), currency);
  if (spendingVerdict === 'unclear') {
    return `What each spent in the 30 days after cannot be told apart (${signedMoney(spending.low, currency)} to ${signedMoney(spending.high, currency)}).`;
  }
  const more = spendingVerdict === 'more' ? 'more' : 'less';
  return `In the 30 days after, each spent ${money(Math.abs(spending.difference), currency)} ${more}, give or take ${half}.`;
}

export function signedMoney(minor: number, currency: string): string {
  return `${minor > 0 ? '+' : minor < 0 ? '−' : ''}${money(Math.abs(minor), currency)}`;
}

/** "+7.3 points" */
export function signedPoints(share: number): string {
  const rounded = Math.round(share * 1000) / 10;
  return `${rounded > 0 ? '+' : rounded < 0 ? '−' : ''}${Math.abs(rounded)}`;
}

function points(share: number): string {
  const value = Math.abs(share) * 100;
  return value < 10 ? value.toFixed(1).replace(/\.0$/, '') : String(Math.round(value));
}

function halfOf({ low, high }: Effect): number {
  return (high - low) / 2;
}

/** The range, in two sentences. */
export function rangeWords({ attention, dialogues, lift }: ManagerFigures): string[] {
  const { visits, messages } = attention;
  if (visits === 0 && dialogues.every(({ entered, shown }) => entered + shown === 0)) return [];
  const all = dialogues.reduce(
    (sum, one) => ({
      answered: sum.answered + one.answered,
      over:
        sum.over + one.answered + one.silences.ignored + one.silences['walked-away'] + one.silences['acted-elsewhere'],
    }),
    { answered: 0, over: 0 },
  );
  const visitsSaw =
    visits === 0
      ? 'Nobody has come in'
      : `${counted(visits, 'visit')} saw ${counted(messages, 'message')} in the store`;
  const answered = all.over === 0 ? '' : `; ${percent(all.answered / all.over)} of what was seen was answered`;
  return [`${visitsSaw}${answered}.`, lift.verdict === 'no-holdout' ? '' : liftWords(lift.effect, lift.verdict)].filter(
    Boolean,
  );
}

/** One dialogue, in sentences. */
export function dialogueWords(one: DialogueFigures, currency: string): string[] {
  const { entered, waiting, shown, reached, held, rewards, lift } = one;
  const share = answeredShare(one);
  const began = `${counted(entered, 'run')} began${held.entered > 0 ? `, ${held.entered} more kept silent (left alone)` : ''}`;
  const seen =
    shown === 0
      ? 'nothing was seen'
      : `${counted(shown, 'message')} were seen`.replace('1 message were', '1 message was');
  const answered = share === null ? '' : `, ${percent(share)} answered`;
  const goal = reached === 0 ? '' : `; the goal was reached ${reached === 1 ? 'once' : `${reached} times`}`;
  const rest = waiting > 0 ? ` ${waiting === 1 ? 'One is' : `${waiting} are`} still under way.` : '';
  return [
    `${began}; ${seen}${answered}${goal}.${rest}`,
    rewards.issued + rewards.redeemed === 0
      ? null
      : `${counted(rewards.issued, 'coupon')} given; ${counted(rewards.redeemed, 'coupon')} taken at a till.`,
    liftWords(lift.goal, lift.goalVerdict, lift),
    spendingWords(lift, currency),
  ].filter((line): line is string => line !== null);
}
