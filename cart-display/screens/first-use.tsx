/** One question, once, with two answers that are equal; nothing is taken for granted until she has chosen. */
import { Button } from '@kairos/ui/button.tsx';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { helpOf, type PageState } from '../view/page-state.ts';
import { usePage } from './page-context.ts';
import { Words } from './words.tsx';

export function FirstUse({ state }: { readonly state: PageState }): ReactElement {
  const { t } = useTranslation();
  const { page } = usePage();
  const [hasAnswered, setHasAnswered] = useState(false);
  const answer = (granted: boolean): void => {
    setHasAnswered(true);
    page.answerFirstUse(granted);
  };
  return (
    <section className="aside first-use" aria-labelledby="first-use-title">
      <h2 id="first-use-title" className="headline">
        {t('first-use.title')}
      </h2>
      <p>{t('first-use.body')}</p>
      <div className="stack">
        <Button size="large" isDisabled={hasAnswered} onPress={() => answer(true)}>
          {t('first-use.yes')}
        </Button>
        <Button size="large" isDisabled={hasAnswered} onPress={() => answer(false)}>
          {t('first-use.no')}
        </Button>
      </div>
      <Words
        word={state.word}
        isOutOfTouch={state.isOutOfTouch}
        scannedAway={0}
        help={helpOf(state)}
        sign={state.view?.sign ?? null}
        onTills={null}
        isBeside={false}
      />
    </section>
  );
}
