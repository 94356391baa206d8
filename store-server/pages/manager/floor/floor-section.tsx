/**
 * The floor is the page: left who needs a person, in the middle the store as it is now, right what Kairos says, below
 * the day in a strip. What is looked at on the floor narrows what is listed beside it.
 */
import './floor.css';
import type { ReactElement } from 'react';
import { DecisionStream } from '../decisions/decision-stream.tsx';
import { usePart } from '../link/manager-link.ts';
import { NeedsList } from '../needs/needs-list.tsx';
import type { SectionProps } from '../shell.tsx';
import { Strip } from '../strip/strip.tsx';
import { useWords } from '../words/use-words.ts';
import { chosenOf } from './chosen.ts';
import { ChosenPanel } from './chosen-panel.tsx';
import { FloorView } from './floor-view.tsx';
import { FloorWords } from './floor-words.tsx';

export function FloorSection({ link, ports, rest }: SectionProps): ReactElement | null {
  const plan = usePart(link, 'plan');
  const carts = usePart(link, 'carts');
  const { say } = useWords();
  if (plan === null || carts === null) return null;
  const chosen = chosenOf(rest);
  return (
    <div className="floor">
      <NeedsList link={link} plan={plan} />
      <section className="floor-middle" aria-label={say('floor.label')}>
        <FloorView link={link} ports={ports} plan={plan} carts={carts} chosen={chosen} />
        <FloorWords link={link} ports={ports} plan={plan} />
      </section>
      <aside className="floor-right" aria-label={say('floor.said')}>
        {chosen && <ChosenPanel link={link} ports={ports} plan={plan} chosen={chosen} />}
        <DecisionStream link={link} plan={plan} chosen={chosen} />
      </aside>
      <Strip link={link} ports={ports} />
    </div>
  );
}
