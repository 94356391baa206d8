/** In the dock, waiting for nobody in particular: one thought, one step, the languages of those who may come. */
import { Button } from '@kairos/ui/button.tsx';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { PageState } from '../view/page-state.ts';
import { LanguageChoice } from './language-choice.tsx';
import { usePage } from './page-context.ts';
import { useHold } from './use-hold.ts';
import { OutOfTouch } from './words.tsx';

/** Widths of names and amounts, in hundredths of the list. */
const shape = [
  [38, 11],
  [52, 11],
  [29, 8],
  [44, 11],
] as const;

function LedgerShape(): ReactElement {
  return (
    <div className="idle-lines" aria-hidden>
      {shape.map(([name, amount]) => (
        <span key={name}>
          <i style={{ inlineSize: `${name}%` }} />
          <i style={{ inlineSize: `${amount}%` }} />
        </span>
      ))}
    </div>
  );
}

export interface IdleProps {
  readonly state: PageState;
  readonly onStart: () => void;
  /** Somebody of the staff wants out of the kiosk. */
  readonly onStaff: () => void;
}

export function Idle({ state, onStart, onStaff }: IdleProps): ReactElement {
  const { t } = useTranslation();
  const { ports } = usePage();
  const hold = useHold(ports, onStaff);
  return (
    <main className="page idle">
      <div className="idle-poster">
        <p className="idle-store" {...hold}>
          {state.view?.store ?? '\u00a0'}
        </p>
        <LedgerShape />
        <h1 className="poster">{t('idle.title')}</h1>
      </div>
      <div className="idle-step">
        <Button tone="ink" size="large" onPress={onStart}>
          {t('idle.start')}
        </Button>
        {state.isOutOfTouch && <OutOfTouch hasList={false} />}
        <LanguageChoice />
      </div>
    </main>
  );
}
