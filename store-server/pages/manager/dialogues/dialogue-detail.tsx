/** One dialogue: in sentences, as a funnel with its silences, its effect as bands, and the numbers by step and variant. */
import type { DialogueFigures, StepFigures, Talk, VariantFigures } from '@kairos/protocol/manager-figures.ts';
import type { ReactElement } from 'react';
import { EffectBand } from '../figures/effect-band.tsx';
import { dialogueWords, signedMoney, signedPoints } from '../figures/figure-words.ts';
import { Bars, funnelBars } from '../figures/funnel.tsx';
import { NumbersTable } from '../figures/numbers-table.tsx';
import { hashOf } from '../route.ts';

export interface DialogueDetailProps {
  readonly figures: DialogueFigures;
  readonly currency: string;
}

export function DialogueDetail({ figures, currency }: DialogueDetailProps): ReactElement {
  const { title, dialogue, lift, steps, variants } = figures;
  return (
    <article className="dialogue-detail">
      <p>
        <a href={hashOf('dialogues')}>All dialogues</a>
      </p>
      <h3 className="detail-title">{title}</h3>
      <div className="sentences">
        {dialogueWords(figures, currency).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      <div className="figures-pair">
        <section aria-label="Funnel">
          <h4 className="quiet-title">What happened in these days</h4>
          <Bars label={`Funnel of ${title}`} bars={funnelBars(figures)} />
        </section>
        <section aria-label="Effect">
          <h4 className="quiet-title">Against those we left alone</h4>
          {lift.goal && lift.goalVerdict !== 'too-few' && (
            <figure>
              <EffectBand effect={lift.goal} label="Customers who reached the goal" words={signedPoints} />
              <figcaption>Customers in a hundred who reached the goal; the band holds 95 %</figcaption>
            </figure>
          )}
          {lift.spending && lift.spendingVerdict !== 'too-few' && (
            <figure>
              <EffectBand
                effect={lift.spending}
                label="Spending of a customer"
                words={(value) => signedMoney(Math.round(value), currency)}
              />
              <figcaption>What a customer spent in the 30 days after she entered</figcaption>
            </figure>
          )}
          <NumbersTable
            caption="Customers, by intention to treat"
            head={['', 'Spoken to', 'Left alone']}
            rows={[
              { key: 'all', cells: ['Customers', lift.spoken.customers, lift.held.customers] },
              { key: 'goal', cells: ['Reached the goal', lift.spoken.reached, lift.held.reached] },
              {
                key: 'spent',
                cells: ['Spent', signedMoney(lift.spoken.spent, currency), signedMoney(lift.held.spent, currency)].map(
                  (cell) => cell.replace('+', ''),
                ),
              },
            ]}
          />
        </section>
      </div>
      <NumbersTable caption="By step" head={stepHead} rows={steps.map(stepRow)} />
      {variants.length > 0 && <NumbersTable caption="By variant" head={variantHead} rows={variants.map(variantRow)} />}
      <p className="quiet-note">
        {dialogue} · counted on the day on which it happened; the effect by the day on which a customer entered. Guests
        are never left alone, and stand on neither side.
      </p>
    </article>
  );
}

const talkHead = ['Decided', 'Seen', 'Answered', 'Ignored', 'Walked away', 'Acted elsewhere', 'Never shown'];
const stepHead = ['Step', 'Under way', ...talkHead, 'Answers'];
const variantHead = ['Variant', 'Entered', 'Goal', ...talkHead, 'Answers'];

function stepRow(step: StepFigures): { key: string; cells: (string | number)[] } {
  return { key: step.step, cells: [step.step, step.waiting, ...talkCells(step)] };
}

function variantRow(variant: VariantFigures): { key: string; cells: (string | number)[] } {
  return { key: variant.variant, cells: [variant.variant, variant.entered, variant.reached, ...talkCells(variant)] };
}

function talkCells({ decided, shown, answered, silences, answers }: Talk): (string | number)[] {
  return [
    ...[decided, shown, answered, silences.ignored, silences['walked-away'], silences['acted-elsewhere']],
    silences['never-shown'],
    answers.map(({ answer, count }) => `${answer} ${count}`).join(', '),
  ];
}
