/** The dialogues, the busiest first, each with a small funnel and what may be said of its effect; a click opens it. */
import type { DialogueFigures, ManagerFigures, Verdict } from '@kairos/protocol/manager-figures.ts';
import type { ReactElement } from 'react';
import { EffectBand } from '../figures/effect-band.tsx';
import { answeredShare, percent, signedPoints } from '../figures/figure-words.ts';
import { SmallFunnel } from '../figures/funnel.tsx';
import { Wide } from '../figures/wide.tsx';
import { hashOf } from '../route.ts';

const verdictWords: Readonly<Record<Verdict, string>> = {
  more: 'brings more',
  less: 'brings less',
  unclear: 'could be chance',
  'too-few': 'too few to tell',
  'no-holdout': 'nobody left alone',
};

export function DialogueList({ figures }: { readonly figures: ManagerFigures }): ReactElement {
  const dialogues = [...figures.dialogues].sort((one, other) => other.shown - one.shown || other.entered - one.entered);
  const most = Math.max(...dialogues.map(({ entered, shown }) => Math.max(entered, shown)));
  return (
    <Wide label="Dialogues">
      <table className="numbers dialogue-table">
        <caption className="spoken-only">Dialogues with their funnels</caption>
        <thead>
          <tr>
            <th scope="col">Dialogue</th>
            <th scope="col">
              <span aria-hidden="true">Funnel</span>
              <span className="spoken-only">Funnel: entered, seen, answered, goal reached</span>
            </th>
            <th scope="col">Entered</th>
            <th scope="col">Under way</th>
            <th scope="col">Seen</th>
            <th scope="col">Answered</th>
            <th scope="col">Goal</th>
            <th scope="col">Left alone</th>
            <th scope="col">Effect, points</th>
          </tr>
        </thead>
        <tbody>
          {dialogues.map((one) => (
            <Row key={one.dialogue} figures={one} most={most} hasTwin={hasTwin(dialogues, one)} />
          ))}
        </tbody>
      </table>
    </Wide>
  );
}

/** Two of one title are told apart by their names. */
function hasTwin(dialogues: readonly DialogueFigures[], { title, dialogue }: DialogueFigures): boolean {
  return dialogues.some((other) => other.title === title && other.dialogue !== dialogue);
}

interface RowProps {
  readonly figures: DialogueFigures;
  readonly most: number;
  readonly hasTwin: boolean;
}

function Row({ figures, most, hasTwin }: RowProps): ReactElement {
  const { dialogue, title, entered, waiting, shown, answered, reached, held, lift } = figures;
  const share = answeredShare(figures);
  const isTold = lift.goal !== null && !['too-few', 'no-holdout'].includes(lift.goalVerdict);
  return (
    <tr>
      <th scope="row">
        <a href={hashOf('dialogues', dialogue)}>{title}</a>
        {hasTwin && <span className="beside-figure"> {dialogue}</span>}
      </th>
      <td>
        <SmallFunnel figures={figures} most={most} />
      </td>
      <td className="figures">{entered}</td>
      <td className="figures">{waiting}</td>
      <td className="figures">{shown}</td>
      <td className="figures">
        {answered}
        {share !== null && <span className="beside-figure"> · {percent(share)}</span>}
      </td>
      <td className="figures">{reached}</td>
      <td className="figures">{held.entered}</td>
      <td className="effect-cell">
        {isTold && lift.goal && <EffectBand effect={lift.goal} label={title} words={signedPoints} isSmall />}
        <span className="beside-figure">
          {isTold && lift.goal ? `${signedPoints(lift.goal.difference)}, ` : ''}
          {verdictWords[lift.goalVerdict]}
        </span>
      </td>
    </tr>
  );
}
