/** The two steps that are always there: an associate, called or no longer needed, and how she likes it. */

import type { HelpView } from '@kairos/protocol/screen-events.ts';
import { Button } from '@kairos/ui/button.tsx';
import { BellOff, BellRing, SlidersHorizontal } from 'lucide-react';
import { memo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { usePage } from './page-context.ts';

interface StepsProps {
  readonly help: HelpView | null;
  readonly onMore: () => void;
}

export const Steps = memo(PlainSteps);

function PlainSteps({ help, onMore }: StepsProps): ReactElement {
  const { t } = useTranslation();
  const { page } = usePage();
  const isCalled = help?.state === 'asked' || help?.state === 'coming';
  return (
    <div className="steps">
      {isCalled ? (
        <Button tone="quiet" icon={<BellOff />} isDisabled={page.isWatching} onPress={() => page.withdrawHelp()}>
          {t('help.withdraw')}
        </Button>
      ) : (
        <Button tone="quiet" icon={<BellRing />} isDisabled={page.isWatching} onPress={() => page.requestHelp()}>
          {t('help.call')}
        </Button>
      )}
      <Button tone="quiet" icon={<SlidersHorizontal />} onPress={onMore}>
        {t('more.open')}
      </Button>
    </div>
  );
}
