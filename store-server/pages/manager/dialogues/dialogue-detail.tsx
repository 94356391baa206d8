/** One dialogue: in sentences, as a funnel with its silences, its effect as bands, and the numbers by step and variant. */
import type { DialogueFigures, StepFigures, Talk, VariantFigures } from '@kairos/protocol/manager-figures.ts';
import type { ReactElement } from 'react';
import { EffectBand } from '../figures/effect-band.tsx';
import { dialogueWords, money, signedMoney, signedPoints } from '../figures/figure-words.ts';
import { Bars, funnelBars } from '../figures/funnel.tsx';
import { NumbersTable } from '../figures/numbers-table.tsx';
import { hashOf } from '../route.ts';
import type { Say } from '../words/languages.ts';
import { useWords } from '../words/use-words.ts';

export interface DialogueDetailProps {
  readonly figures: DialogueFigures;
  readonly currency: string;
}

export function DialogueDetail({ figures, currency }: DialogueDetailProps): ReactElement {
  const { title, dialogue, lift, steps, variants } = figures;
  const talk = useWords();
  const { say } = talk;
  const spent = (minor: number): string => money(minor, currency, talk);
  return (
    <article className="dialogue-detail">
      <p>
        <a href={hashOf('dialogues')}>{say('detail.all')}</a>
      </p>
      <h3 className="detail-title">
        <bdi>{title}</bdi>
      </h3>
      <div className="sentences">
        {dialogueWords(figures, currency, talk).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      <div className="figures-pair">
        <section aria-label={say('detail.funnel')}>
          <h4 className="quiet-title">{say('detail.happened')}</h4>
          <Bars label={say('detail.funnel-of', { title })} bars={funnelBars(figures, say)} />
        </section>
        <section aria-label={say('detail.effect')}>
          <h4 className="quiet-title">{say('detail.against')}</h4>
          {lift.goal && lift.goalVerdict !== 'too-few' && (
            <figure>
              <EffectBand effect={lift.goal} label={say('detail.goal')} words={(value) => signedPoints(value, talk)} />
              <figcaption>{say('detail.goal-says')}</figcaption>
            </figure>
          )}
          {lift.spending && lift.spendingVerdict !== 'too-few' && (
            <figure>
              <EffectBand
                effect={lift.spending}
                label={say('detail.spending')}
                words={(value) => signedMoney(Math.round(value), currency, talk)}
              />
              <figcaption>{say('detail.spending-says')}</figcaption>
            </figure>
          )}
          <NumbersTable
            caption={say('detail.treat')}
            head={['', say('detail.spoken'), say('detail.alone')]}
            rows={[
              { key: 'all', cells: [say('detail.customers'), lift.spoken.customers, lift.held.customers] },
              { key: 'goal', cells: [say('detail.reached'), lift.spoken.reached, lift.held.reached] },
              {
                key: 'spent',
                cells: [say('detail.spent'), spent(lift.spoken.spent), spent(lift.held.spent)],
              },
            ]}
          />
        </section>
      </div>
      <NumbersTable caption={say('detail.by-step')} head={talkHead('step', say)} rows={steps.map(stepRow)} />
      {variants.length > 0 && (
        <NumbersTable
          caption={say('detail.by-variant')}
          head={talkHead('variant', say)}
          rows={variants.map(variantRow)}
        />
      )}
      <p className="quiet-note">{say('detail.note', { dialogue })}</p>
    </article>
  );
}

const talkColumns = [
  'decided',
  'seen',
  'answered',
  'ignored',
  'walked-away',
  'acted-elsewhere',
  'never-shown',
  'answers',
] as const;

function talkHead(by: 'step' | 'variant', say: Say): string[] {
  const own = by === 'step' ? [say('talk.waiting')] : [say('talk.entered'), say('talk.goal')];
  return [say(`talk.${by}`), ...own, ...talkColumns.map((column) => say(`talk.${column}`))];
}

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
