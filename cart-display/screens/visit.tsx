/**
 * A visit: the list on one side in every state, and beside it (below it when upright) what there is to say: the first
 * question, a message, a short word, the till. A message never covers the list.
 */
import { type ReactElement, useCallback, useState } from 'react';
import { isAskedForPin, type PageState } from '../view/page-state.ts';
import { Aside } from './aside.tsx';
import { FirstUse } from './first-use.tsx';
import { Ledger } from './ledger.tsx';
import { More } from './more.tsx';
import { PinStep } from './pin-step.tsx';

export function Visit({ state }: { readonly state: PageState }): ReactElement {
  const [isMoreOpen, setIsMoreOpen] = useState(false);
  const open = useCallback(() => setIsMoreOpen(true), []);
  const { view, removing, isOutOfTouch } = state;
  if (view === null) return <main className="page visit" />;
  const { phase, basket } = view;
  const isPinAsked = isAskedForPin(state);
  return (
    <main className="page visit">
      <Ledger basket={basket} phase={phase} removing={removing} isOutOfTouch={isOutOfTouch} />
      {phase === 'first-use' && <FirstUse state={state} />}
      {isPinAsked && <PinStep step={state.pin} />}
      {phase !== 'first-use' && !isPinAsked && isMoreOpen && (
        <More state={state} onClose={() => setIsMoreOpen(false)} />
      )}
      {phase !== 'first-use' && !isPinAsked && !isMoreOpen && <Aside state={state} onMore={open} />}
    </main>
  );
}
