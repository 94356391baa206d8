/** What became of her call for an associate: told, on the way, or nobody is free and where she finds somebody. */

import type { HelpView } from '@kairos/protocol/screen-events.ts';
import type { VisitSign } from '@kairos/protocol/visit-sign.ts';
import { Button } from '@kairos/ui/button.tsx';
import { Notice } from '@kairos/ui/notice.tsx';
import { BellRing, Check, Footprints, Map as MapIcon, UserRoundX } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { CartSign } from './cart-sign.tsx';
import { usePage } from './page-context.ts';

interface HelpWordProps {
  readonly help: HelpView;
  /** By what whoever comes knows her cart. */
  readonly sign: VisitSign | null;
  /** Null where no way to the tills is known, or she is looking at it. */
  readonly onTills: (() => void) | null;
  /** Words alone; they go by themselves. */
  readonly isBrief: boolean;
}

export function HelpWord({ help, sign, onTills, isBrief }: HelpWordProps): ReactElement {
  const { t } = useTranslation();
  const { page } = usePage();
  switch (help.state) {
    case 'asked':
      return <Notice icon={sign ? <CartSign sign={sign} /> : <BellRing />}>{t('help.asked')}</Notice>;
    case 'coming':
      return (
        <Notice tone="glad" icon={sign ? <CartSign sign={sign} /> : <Footprints />}>
          {t('help.coming')}
        </Notice>
      );
    case 'nobody-free': {
      const action = isBrief ? null : (
        <div className="help-actions">
          {onTills && (
            <Button tone="plain" icon={<MapIcon />} onPress={onTills}>
              {t('help.tills')}
            </Button>
          )}
          <Button tone="plain" icon={<Check />} isDisabled={page.isWatching} onPress={() => page.dismissHelp()}>
            {t('help.seen')}
          </Button>
        </div>
      );
      return (
        <Notice tone="heed" icon={<UserRoundX />} action={action}>
          {t('help.nobody-free')}
        </Notice>
      );
    }
  }
}
