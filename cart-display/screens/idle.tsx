/** In the dock, waiting for nobody in particular: one thought, one step, the languages of those who may come. */
import { Button } from '@kairos/ui/button.tsx';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { PageState } from '../view/page-state.ts';
import { LanguageChoice } from './language-choice.tsx';
import { OutOfTouch } from './words.tsx';

export function Idle({ state, onStart }: { readonly state: PageState; readonly onStart: () => void }): ReactElement {
  const { t } = useTranslation();
  return (
    <main className="page idle">
      <div className="idle-poster">
        <p className="idle-store">{state.view?.store}</p>
        <h1>{t('idle.title')}</h1>
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
