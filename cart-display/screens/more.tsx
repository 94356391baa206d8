/** How she likes it, and the ways out: language, type, contrast, quiet, forget, log out. In the place beside the list. */
import { Button } from '@kairos/ui/button.tsx';
import { AArrowUp, Check, Contrast, Eraser, KeyRound, LogOut, VolumeX } from 'lucide-react';
import { type ReactElement, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { PageState } from '../view/page-state.ts';
import { LanguageChoice } from './language-choice.tsx';
import { usePage } from './page-context.ts';

/** A panel left open would keep messages waiting. */
const openMaxMs = 30_000;

export function More({ state, onClose }: { readonly state: PageState; readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const { page, ports } = usePage();
  const { settings } = state;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each choice sets the time-out anew
  useEffect(() => ports.timers.after(openMaxMs, onClose), [settings, ports]);
  const isQuiet = state.view?.notice === 'quiet';
  const away = page.isWatching;
  return (
    <section className="aside more" aria-labelledby="more-title">
      <header className="more-head">
        <h2 id="more-title">{t('more.title')}</h2>
        <Button tone="ink" icon={<Check />} onPress={onClose}>
          {t('more.close')}
        </Button>
      </header>
      <LanguageChoice />
      <div className="pair">
        <Button
          icon={<AArrowUp />}
          isPressed={settings.isLargeType}
          onPress={() => page.set({ isLargeType: !settings.isLargeType })}
        >
          {t('more.large')}
        </Button>
        <Button
          icon={<Contrast />}
          isPressed={settings.isMoreContrast}
          onPress={() => page.set({ isMoreContrast: !settings.isMoreContrast })}
        >
          {t('more.contrast')}
        </Button>
      </div>
      {state.view?.shopper?.pin && (
        <Button
          icon={<KeyRound />}
          isDisabled={away}
          onPress={() => {
            onClose();
            page.pin.open();
          }}
        >
          {t('more.pin')}
        </Button>
      )}
      <div className="more-out">
        <Button tone="quiet" icon={<VolumeX />} isDisabled={isQuiet || away} onPress={() => page.requestQuiet()}>
          {isQuiet ? t('more.quiet-is') : t('more.quiet')}
        </Button>
        <Button tone="quiet" icon={<Eraser />} isDisabled={away} onPress={() => page.forget()}>
          {t('more.forget')}
        </Button>
        <Button tone="quiet" icon={<LogOut className="turns" />} isDisabled={away} onPress={() => page.logOut()}>
          {t('more.log-out')}
        </Button>
      </div>
    </section>
  );
}
