/** The floor plan, to be drawn: asks for the store's file, and opens the editor, which is loaded only here. */
import './plan.css';
import { lazy, type ReactElement, Suspense, useEffect, useState } from 'react';
import { type Answer, ask } from '../link/store-actions.ts';
import type { SectionProps } from '../shell.tsx';
import { useWords } from '../words/use-words.ts';

/** `GET /api/manager/plan` (store-server/manager/plan/open-plan.ts). */
interface StoredPlan {
  readonly text: string;
  readonly version: string;
  readonly isInForce: boolean;
}

const Opened = lazy(() => import('./plan-opened.tsx'));

export function PlanSection(_: SectionProps): ReactElement {
  const { say } = useWords();
  const [answer, setAnswer] = useState<Answer<StoredPlan> | null>(null);
  useEffect(() => {
    let isGone = false;
    void ask<StoredPlan>('/api/manager/plan').then((told) => !isGone && setAnswer(told));
    return () => {
      isGone = true;
    };
  }, []);
  return (
    <div className="plan-page">
      <h2 className="section-title">{say('around.plan')}</h2>
      {answer === null && <p className="nothing">{say('plan.fetching')}</p>}
      {answer !== null && answer.kind !== 'done' && (
        <p className="plan-said" role="status">
          {say(answer.says)}
        </p>
      )}
      {answer?.kind === 'done' && (
        <Suspense fallback={<p className="nothing">{say('plan.opening')}</p>}>
          <Opened {...answer.body} />
        </Suspense>
      )}
    </div>
  );
}
