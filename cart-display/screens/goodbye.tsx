/** The end of a visit: what was hers is named once more, and each is gone. */
import { Button } from '@kairos/ui/button.tsx';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { isVisit, type PageState } from '../view/page-state.ts';
import { usePage } from './page-context.ts';

const held = ['goodbye.name', 'goodbye.list', 'goodbye.said'] as const;

export function Goodbye({ state }: { readonly state: PageState }): ReactElement {
  const { t } = useTranslation();
  const { page } = usePage();
  const isFree = state.view !== null && !isVisit(state.view);
  return (
    <main className="page goodbye" aria-live="polite">
      <div className="goodbye-say">
        <h1 className="poster">{state.farewell === 'forgotten' ? t('goodbye.forgotten') : t('goodbye.title')}</h1>
        <p className="goodbye-body">{t('goodbye.body')}</p>
      </div>
      <div className="goodbye-gone">
        <dl>
          {held.map((what) => (
            <div key={what}>
              <dt>{t(what)}</dt>
              <dd>{t('goodbye.gone')}</dd>
            </div>
          ))}
        </dl>
        {isFree && (
          <Button tone="quiet" size="large" onPress={() => page.dismissFarewell()}>
            {t('goodbye.next')}
          </Button>
        )}
      </div>
    </main>
  );
}
