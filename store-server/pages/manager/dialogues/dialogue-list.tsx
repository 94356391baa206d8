/** The dialogues, the busiest first, each with a small funnel and what may be said of its effect; a click opens it. */
import type { DialogueFigures, ManagerFigures } from '@kairos/protocol/manager-figures.ts';
import type { ReactElement } from 'react';
import { EffectBand } from '../figures/effect-band.tsx';
import { answeredShare, percent, signedPoints } from '../figures/figure-words.ts';
import { SmallFunnel } from '../figures/funnel.tsx';
import { Wide } from '../figures/wide.tsx';
import { hashOf } from '../route.ts';
import { useWords } from '../words/use-words.ts';

export function DialogueList({ figures }: { readonly figures: ManagerFigures }): ReactElement {
  const { say } = useWords();
  const dialogues = [...figures.dialogues].sort((one, other) => other.shown - one.shown || other.entered - one.entered);
  const most = Math.max(...dialogues.map(({ entered, shown }) => Math.max(entered, shown)));
  return (
    <Wide label={say('around.dialogues')}>
      <table className="numbers dialogue-table">
        <caption className="spoken-only">{say('list.caption')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('list.dialogue')}</th>
            <th scope="col">
              <span aria-hidden="true">{say('list.funnel')}</span>
              <span className="spoken-only">{say('list.funnel-says')}</span>
            </th>
            <th scope="col">{say('list.entered')}</th>
            <th scope="col">{say('list.waiting')}</th>
            <th scope="col">{say('list.seen')}</th>
            <th scope="col">{say('list.answered')}</th>
            <th scope="col">{say('list.goal')}</th>
            <th scope="col">{say('list.alone')}</th>
            <th scope="col">{say('list.effect')}</th>
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
  const talk = useWords();
  const { say, number } = talk;
  const share = answeredShare(figures);
  const isTold = lift.goal !== null && !['too-few', 'no-holdout'].includes(lift.goalVerdict);
  return (
    <tr>
      <th scope="row">
        <a href={hashOf('dialogues', dialogue)}>
          <bdi>{title}</bdi>
        </a>
        {hasTwin && <span className="beside-figure"> {dialogue}</span>}
      </th>
      <td>
        <SmallFunnel figures={figures} most={most} />
      </td>
      <td className="figures">{number(entered)}</td>
      <td className="figures">{number(waiting)}</td>
      <td className="figures">{number(shown)}</td>
      <td className="figures">
        {number(answered)}
        {share !== null && <span className="beside-figure"> · {percent(share, talk)}</span>}
      </td>
      <td className="figures">{number(reached)}</td>
      <td className="figures">{number(held.entered)}</td>
      <td className="effect-cell">
        {isTold && lift.goal && (
          <EffectBand effect={lift.goal} label={title} words={(value) => signedPoints(value, talk)} isSmall />
        )}
        <span className="beside-figure">
          {isTold && lift.goal ? `${signedPoints(lift.goal.difference, talk)}, ` : ''}
          {say(`verdict.${lift.goalVerdict}`)}
        </span>
      </td>
    </tr>
  );
}
