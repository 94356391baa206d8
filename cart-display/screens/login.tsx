/** Who are you: a keypad with big keys, a card under the scanner, or a guest. A wrong digit is said at once. */
import { Button } from '@kairos/ui/button.tsx';
import { Keypad } from '@kairos/ui/keypad.tsx';
import { Notice } from '@kairos/ui/notice.tsx';
import { ArrowLeft, CircleAlert } from 'lucide-react';
import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { groupDigits, keyedDigitsMax } from '../view/card-number.ts';
import type { Login as LoginState, PageState } from '../view/page-state.ts';
import { usePage } from './page-context.ts';

interface LoginProps {
  readonly state: PageState;
  readonly onBack: () => void;
  /** Somebody is here. */
  readonly onTouch: () => void;
}

export function Login({ state, onBack, onTouch }: LoginProps): ReactElement {
  const { t } = useTranslation();
  const { page } = usePage();
  const { digits, enterDigit, erase, submit } = useKeyedNumber(onTouch);
  const isAsking = state.login.kind === 'asking';
  return (
    <main className="page login">
      <div className="login-say">
        <h1 className="headline">{t('login.title')}</h1>
        <p className="login-how">{t('login.body')}</p>
        <CardDrawing />
        <div className="login-else">
          <Button tone="plain" size="large" isDisabled={isAsking} onPress={() => page.login.continueAsGuest()}>
            {t('login.guest')}
          </Button>
          <Button tone="quiet" size="large" icon={<ArrowLeft className="turns" />} onPress={onBack}>
            {t('login.back')}
          </Button>
        </div>
      </div>
      <div className="login-key">
        <NumberField digits={digits} />
        <div className="login-word" aria-live="polite">
          <LoginWord login={state.login} />
        </div>
        <Keypad
          label={t('login.keypad')}
          words={{ erase: t('login.erase'), enter: t('login.enter') }}
          isEnterDisabled={isAsking || digits === ''}
          onDigit={enterDigit}
          onErase={erase}
          onEnter={submit}
        />
      </div>
    </main>
  );
}

interface KeyedNumber {
  readonly digits: string;
  enterDigit(digit: string): void;
  erase(): void;
  submit(): void;
}

/** Digits from the keypad and from keys alike. */
function useKeyedNumber(onTouch: () => void): KeyedNumber {
  const { page } = usePage();
  const [digits, setDigits] = useState('');
  const change = (next: (digits: string) => string): void => {
    onTouch();
    page.login.settle();
    setDigits(next);
  };
  const keyed: KeyedNumber = {
    digits,
    enterDigit: (digit) => change((before) => (before + digit).slice(0, keyedDigitsMax)),
    erase: () => change((before) => before.slice(0, -1)),
    submit: () => {
      onTouch();
      page.login.presentNumber(digits, 'typed');
    },
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (/^\d$/.test(event.key)) keyed.enterDigit(event.key);
      else if (event.key === 'Backspace') keyed.erase();
      // On a button, Enter presses that button.
      else if (event.key === 'Enter' && !(event.target instanceof HTMLButtonElement) && digits !== '') keyed.submit();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });
  return keyed;
}

function NumberField({ digits }: { readonly digits: string }): ReactElement {
  const { t } = useTranslation();
  return (
    <output
      className={`number figures${digits === '' ? ' number-empty' : ''}`}
      aria-label={t('login.number')}
      dir="auto"
    >
      {digits === '' ? t('login.empty') : <bdi dir="ltr">{groupDigits(digits)}</bdi>}
    </output>
  );
}

function LoginWord({ login }: { readonly login: LoginState }): ReactElement | null {
  const { t } = useTranslation();
  if (login.kind === 'ready') return null;
  if (login.kind === 'asking') return <p className="login-asking">{t('login.asking')}</p>;
  const text =
    login.why === 'number-shape' && login.digits > 0
      ? t('login.digits', { digits: login.digits })
      : t(`login.${login.why}`);
  return (
    <Notice tone="alarm" icon={<CircleAlert />}>
      {text}
    </Notice>
  );
}

/** Where the number stands on the card. */
function CardDrawing(): ReactElement {
  const bars = [0, 5, 8, 14, 18, 21, 27, 30, 36, 39, 45, 48, 54, 58, 61, 67, 72, 75, 81, 84, 90, 94];
  return (
    <svg className="card-drawing" viewBox="0 0 240 150" aria-hidden>
      <rect x="2" y="2" width="236" height="146" rx="14" className="card-body" />
      <rect x="24" y="26" width="72" height="10" rx="5" className="card-line" />
      <g transform="translate(24 62)">
        {bars.map((x, index) => (
          <rect key={x} x={x * 1.56} y={0} width={index % 3 === 0 ? 5 : 2.4} height={38} className="card-bar" />
        ))}
      </g>
      <text x="24" y="126" className="card-number figures">
        2 912345 678906
      </text>
      <path d="M25 135H174" className="card-mark" />
    </svg>
  );
}
