/** Before the store has said anything: nothing to read for a moment, then a word; a set-up fault is for a person. */
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { PageState } from '../view/page-state.ts';
import { usePage } from './page-context.ts';

export function Starting({ state }: { readonly state: PageState }): ReactElement {
  const { t } = useTranslation();
  return (
    <main className="page-plain" aria-live="polite">
      {state.isOutOfTouch && (
        <>
          <h1 className="headline">{t('starting.moment')}</h1>
          <p>{t('starting.seeking')}</p>
        </>
      )}
    </main>
  );
}

export function Refused(): ReactElement {
  const { t } = useTranslation();
  const { page } = usePage();
  return (
    <main className="page-plain">
      <h1 className="headline">{t('refused.title')}</h1>
      <p>{t('refused.body', { cart: page.cart })}</p>
    </main>
  );
}
