/** Before the store has said anything: nothing to read for a moment, then a word; a set-up fault is for a person. */
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { PageState } from '../view/page-state.ts';
import { usePage } from './page-context.ts';
import { useHold } from './use-hold.ts';

export function Starting({
  state,
  onStaff,
}: {
  readonly state: PageState;
  readonly onStaff: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { ports } = usePage();
  const hold = useHold(ports, onStaff);
  return (
    <main className="page-plain" aria-live="polite" {...hold}>
      {state.isOutOfTouch && (
        <>
          <h1 className="headline">{t('starting.moment')}</h1>
          <p>{t('starting.seeking')}</p>
        </>
      )}
    </main>
  );
}

export function Refused({ onStaff }: { readonly onStaff: () => void }): ReactElement {
  const { t } = useTranslation();
  const { page, ports } = usePage();
  const hold = useHold(ports, onStaff);
  return (
    <main className="page-plain" {...hold}>
      <h1 className="headline">{t('refused.title')}</h1>
      <p>{t('refused.body', { cart: page.cart })}</p>
    </main>
  );
}
