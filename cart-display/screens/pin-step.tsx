/**
 * Her PIN to the number that she has keyed: asked once and calmly, in the place beside the list, and again from "more"
 * if she likes. What she keys is held here alone, is painted as dots, and is gone when it is sent or she goes on.
 */
import { Button } from '@kairos/ui/button.tsx';
import { Keypad } from '@kairos/ui/keypad.tsx';
import { Notice } from '@kairos/ui/notice.tsx';
import { CircleAlert } from 'lucide-react';
import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PinStep as PinStepState } from '../view/page-state.ts';
import { usePage } from './page-context.ts';

const digitsMin = 4;
const digitsMax = 8;
/** A question left standing would keep messages waiting: she has gone on without. */
const untouchedMaxMs = 40_000;

export function PinStep({ step }: { readonly step: PinStepState }): ReactElement {
  const { t } = useTranslation();
  const { page, ports } = usePage();
  const { digits, enterDigit, erase, submit } = useKeyedPin();
  const isAsking = step.kind === 'asking';
  const isLocked = step.kind === 'locked';
  // biome-ignore lint/correctness/useExhaustiveDependencies: each key sets the time-out anew
  useEffect(() => ports.timers.after(untouchedMaxMs, () => page.pin.close()), [digits, step, page, ports]);
  return (
    <section className="aside pin-step" aria-labelledby="pin-title">
      <div className="pin-say">
        <h2 id="pin-title">{t('pin.title')}</h2>
        <div className="pin-word" aria-live="polite">
          <PinWord step={step} />
        </div>
      </div>
      <output className={`number pin-field${digits === '' ? ' number-empty' : ''}`} aria-label={t('pin.field')}>
        {digits === '' ? t('pin.empty') : <Dots count={digits.length} />}
      </output>
      <Keypad
        label={t('login.keypad')}
        words={{ erase: t('login.erase'), enter: t('login.enter') }}
        isEnterDisabled={isAsking || isLocked || digits.length < digitsMin}
        onDigit={enterDigit}
        onErase={erase}
        onEnter={submit}
      />
      <Button tone="plain" className="pin-without" onPress={() => page.pin.close()}>
        {t('pin.without')}
      </Button>
    </section>
  );
}

function Dots({ count }: { readonly count: number }): ReactElement {
  const { t } = useTranslation();
  return (
    <>
      <span className="spoken-only">{t('pin.digits', { digits: count })}</span>
      <span aria-hidden>{'●'.repeat(count)}</span>
    </>
  );
}

function PinWord({ step }: { readonly step: PinStepState }): ReactElement {
  const { t } = useTranslation();
  switch (step.kind) {
    case 'closed':
    case 'open':
      return <p>{t('pin.body')}</p>;
    case 'asking':
      return <p>{t('login.asking')}</p>;
    default:
      return (
        <Notice tone="alarm" icon={<CircleAlert />}>
          {step.kind === 'wrong'
            ? t('pin.wrong', { tries: step.triesLeft })
            : step.kind === 'locked'
              ? t('pin.locked', { minutes: step.minutes })
              : t(`pin.${step.kind}`)}
        </Notice>
      );
  }
}

interface KeyedPin {
  readonly digits: string;
  enterDigit(digit: string): void;
  erase(): void;
  submit(): void;
}

/** Digits from the keypad and from keys alike. */
function useKeyedPin(): KeyedPin {
  const { page } = usePage();
  const [digits, setDigits] = useState('');
  const change = (next: (digits: string) => string): void => {
    page.pin.clearWord();
    setDigits(next);
  };
  const keyed: KeyedPin = {
    digits,
    enterDigit: (digit) => change((before) => (before + digit).slice(0, digitsMax)),
    erase: () => change((before) => before.slice(0, -1)),
    submit: () => {
      if (digits.length < digitsMin) return;
      setDigits('');
      page.pin.present(digits);
    },
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (/^\d$/.test(event.key)) keyed.enterDigit(event.key);
      else if (event.key === 'Backspace') keyed.erase();
      else if (event.key === 'Enter' && !(event.target instanceof HTMLButtonElement)) keyed.submit();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });
  return keyed;
}
