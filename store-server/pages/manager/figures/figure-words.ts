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
import type { Talk } from '../words/languages.ts';

/** From so many customers on each side a difference is told (store-server/manager/figures/lift.ts). */
const customersTold = 30;

export function percent(share: number, { number }: Talk): string {
  return number(Math.round(share * 100) / 100, { style: 'percent' });
}

/** Minor units of the store's currency. */
export function money(minor: number, currency: string, { locale }: Talk): string {
  return new Amounts(locale, currency).price(minor);
}

export function messagesPerVisit({ visits, messages }: AttentionFigures, { number }: Talk): string {
  return visits === 0 ? '–' : number(messages / visits, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** Of those that were seen and are over: how many were answered. Null: none is. */
export function answeredShare(talk: Pick<DialogueFigures, 'answered' | 'silences'>): number | null {
  const { ignored, 'walked-away': walked, 'acted-elsewhere': acted } = talk.silences;
  const over = talk.answered + ignored + walked + acted;
  return over === 0 ? null : talk.answered / over;
}

/** "7 more of a hundred than of those we left alone, give or take 3" */
export function liftWords(
  effect: Effect | null,
  verdict: Verdict,
  { talk, lift }: { talk: Talk; lift?: Lift },
): string {
  const { say } = talk;
  if (verdict === 'no-holdout') return say('lift.no-holdout');
  if (effect === null || verdict === 'too-few') {
    const least = customersTold;
    if (lift === undefined) return say('lift.too-few', { least });
    return say('lift.too-few-sides', { least, spoken: lift.spoken.customers, held: lift.held.customers });
  }
  if (verdict === 'unclear')
    return say('lift.unclear', { fewer: points(-effect.low, talk), more: points(effect.high, talk) });
  const half = points(halfOf(effect), talk);
  return say(`lift.${verdict}`, { points: points(effect.difference, talk), half });
}

export function spendingWords({ spending, spendingVerdict }: Lift, currency: string, talk: Talk): string | null {
  if (spending === null || spendingVerdict === 'no-holdout' || spendingVerdict === 'too-few') return null;
  if (spendingVerdict === 'unclear') {
    const [low, high] = [spending.low, spending.high].map((value) => signedMoney(value, currency, talk));
    return talk.say('spend.unclear', { low: low ?? '', high: high ?? '' });
  }
  const half = money(halfOf(spending), currency, talk);
  return talk.say(`spend.${spendingVerdict}`, { money: money(Math.abs(spending.difference), currency, talk), half });
}

export function signedMoney(minor: number, currency: string, talk: Talk): string {
  return `${minor > 0 ? '+' : minor < 0 ? '−' : ''}${money(Math.abs(minor), currency, talk)}`;
}

/** "+7.3" points; the sign stays before it where words come from the right. */
export function signedPoints(share: number, { number }: Talk): string {
  const rounded = Math.round(share * 1000) / 10;
  const sign = rounded > 0 ? '+' : rounded < 0 ? '−' : '';
  return `\u2066${sign}${number(Math.abs(rounded))}\u2069`;
}

function points(share: number, { number }: Talk): string {
  const value = Math.abs(share) * 100;
  return number(value, { maximumFractionDigits: value < 10 ? 1 : 0 });
}

function halfOf({ low, high }: Effect): number {
  return (high - low) / 2;
}

/** The range, in two sentences. */
export function rangeWords({ attention, dialogues, lift }: ManagerFigures, talk: Talk): string[] {
  const { say } = talk;
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
  const share = all.over === 0 ? null : percent(all.answered / all.over, talk);
  const isEmpty = visits === 0;
  const blanks = {
    visits: say('counted.visits', { count: visits }),
    messages: say('counted.messages', { count: messages }),
  };
  const said =
    share === null
      ? say(isEmpty ? 'range.nobody' : 'range.seen', blanks)
      : say(isEmpty ? 'range.nobody-answered' : 'range.seen-answered', { ...blanks, share });
  return lift.verdict === 'no-holdout' ? [said] : [said, liftWords(lift.effect, lift.verdict, { talk })];
}

/** One dialogue, in sentences. */
export function dialogueWords(one: DialogueFigures, currency: string, talk: Talk): string[] {
  const { say } = talk;
  const { entered, waiting, shown, reached, held, rewards, lift } = one;
  const share = answeredShare(one);
  const run = [
    say('run.began', { count: entered }),
    held.entered > 0 ? say('run.held', { count: held.entered }) : '',
    shown === 0 ? say('run.seen-none') : say('run.seen', { count: shown }),
    share === null ? '' : say('run.answered', { share: percent(share, talk) }),
    reached === 0 ? '' : say('run.goal', { count: reached }),
    '.',
    waiting > 0 ? ` ${say('run.waiting', { count: waiting })}` : '',
  ];
  const given = say('counted.given', { count: rewards.issued });
  const taken = say('counted.taken', { count: rewards.redeemed });
  return [
    run.join(''),
    rewards.issued + rewards.redeemed === 0 ? null : say('run.coupons', { given, taken }),
    liftWords(lift.goal, lift.goalVerdict, { talk, lift }),
    spendingWords(lift, currency, talk),
  ].filter((line): line is string => line !== null);
}
