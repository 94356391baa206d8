/** The short words beside the list: out of touch, taken off, help asked for … one at a time, the gravest first. */
import { Button } from '@kairos/ui/button.tsx';
import { Notice } from '@kairos/ui/notice.tsx';
import { Check, CircleHelp, Info, Undo2, Unplug } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { PageState, Word } from '../view/page-state.ts';
import { usePage } from './page-context.ts';

export function Words({ state }: { readonly state: PageState }): ReactElement {
  return (
    <div className="words" aria-live="polite">
      {state.word && (!state.isOutOfTouch || state.word.kind === 'not-done') ? (
        <OneWord word={state.word} />
      ) : (
        state.isOutOfTouch && <OutOfTouch hasList />
      )}
    </div>
  );
}

export function OutOfTouch({ hasList }: { readonly hasList: boolean }): ReactElement {
  const { t } = useTranslation();
  return (
    <Notice tone="heed" icon={<Unplug />}>
      {hasList ? `${t('link.lost')} ${t('link.lost-body')}` : t('starting.seeking')}
    </Notice>
  );
}

function OneWord({ word }: { readonly word: Word }): ReactElement {
  const { t } = useTranslation();
  const { page } = usePage();
  switch (word.kind) {
    case 'removed': {
      const { line } = word;
      const action = (
        <Button tone="quiet" icon={<Undo2 />} onPress={() => page.putBack(line)}>
          {t('list.put-back')}
        </Button>
      );
      return (
        <Notice icon={<Check />} action={action}>
          {t('list.removed', { name: line.name || line.code })}
        </Notice>
      );
    }
    case 'unknown-goods':
      return <Notice icon={<CircleHelp />}>{t('list.unknown-goods')}</Notice>;
    case 'help-asked':
      return <Notice icon={<Check />}>{t('help.asked')}</Notice>;
    case 'not-done':
      return <Notice icon={<CircleHelp />}>{t('help.not-done')}</Notice>;
    case 'back-in-touch':
      return <Notice icon={<Check />}>{t('link.back')}</Notice>;
    case 'store-says':
      return <Notice icon={<Info />}>{t(`notice.${word.notice}`)}</Notice>;
  }
}
