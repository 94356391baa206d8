/** The short words beside the list: out of touch, taken off, somebody coming … one at a time, the gravest first. */

import type { HelpView } from '@kairos/protocol/screen-events.ts';
import type { VisitSign } from '@kairos/protocol/visit-sign.ts';
import { Button } from '@kairos/ui/button.tsx';
import { Notice } from '@kairos/ui/notice.tsx';
import { Check, CircleHelp, Info, Undo2, Unplug } from 'lucide-react';
import { memo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { PageState, Word } from '../view/page-state.ts';
import { CartSign } from './cart-sign.tsx';
import { HelpWord } from './help-word.tsx';
import { usePage } from './page-context.ts';

interface WordsProps extends Pick<PageState, 'word' | 'isOutOfTouch' | 'scannedAway'> {
  readonly help: HelpView | null;
  /** By what whoever comes to her knows her cart; null: nobody comes. */
  readonly sign: VisitSign | null;
  readonly onTills: (() => void) | null;
  /** A message needs the room. */
  readonly isBeside: boolean;
}

export const Words = memo(PlainWords);

function PlainWords(props: WordsProps): ReactElement {
  return (
    <div className="words" aria-live="polite">
      <Gravest {...props} />
    </div>
  );
}

function Gravest({ word, isOutOfTouch, scannedAway, help, sign, onTills, isBeside }: WordsProps): ReactElement | null {
  if (word && (!isOutOfTouch || word.kind === 'not-done')) return <OneWord word={word} />;
  // Whether anybody is still coming is not known then.
  if (isOutOfTouch) return <OutOfTouch hasList scanned={scannedAway} />;
  if (help) return <HelpWord help={help} sign={sign} onTills={onTills} isBrief={isBeside} />;
  return sign && <CartSign sign={sign} />;
}

interface OutOfTouchProps {
  readonly hasList: boolean;
  /** Since then. */
  readonly scanned?: number;
}

export function OutOfTouch({ hasList, scanned = 0 }: OutOfTouchProps): ReactElement {
  const { t } = useTranslation();
  const body = scanned > 0 ? t('link.scanned', { scanned }) : t('link.lost-body');
  return (
    <Notice tone="heed" icon={<Unplug />}>
      {hasList ? `${t('link.lost')} ${body}` : t('starting.seeking')}
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
    case 'not-done':
      return <Notice icon={<CircleHelp />}>{t('help.not-done')}</Notice>;
    case 'back-in-touch':
      return <Notice icon={<Check />}>{t('link.back')}</Notice>;
    case 'store-says':
      return <Notice icon={<Info />}>{t(`notice.${word.notice}`)}</Notice>;
  }
}
