/**
 * The way out of the kiosk: staff hold the store's name for three seconds and key the screen's code. Only where a shell
 * stands around the page; it goes by itself when nobody keys anything.
 */
import { Button } from '@kairos/ui/button.tsx';
import { Keypad } from '@kairos/ui/keypad.tsx';
import { Notice } from '@kairos/ui/notice.tsx';
import { ArrowLeft, CircleAlert } from 'lucide-react';
import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { KairosShell, LeaveAnswer } from '../shell/bridge.ts';
import { usePage } from './page-context.ts';

const untouchedMaxMs = 30_000;
const codeLengthMax = 8;

export function StaffExit({
  shell,
  onBack,
}: {
  readonly shell: KairosShell;
  readonly onBack: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { ports } = usePage();
  const [code, setCode] = useState('');
  const [answer, setAnswer] = useState<LeaveAnswer | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each key sets the time-out anew
  useEffect(() => ports.timers.after(untouchedMaxMs, onBack), [code, answer, ports]);
  const change = (next: (code: string) => string): void => {
    setAnswer(null);
    setCode(next);
  };
  const enter = (): void => {
    void shell.leave(code).then((given) => {
      setAnswer(given);
      setCode('');
    });
  };
  return (
    <main className="page login">
      <div className="login-say">
        <h1 className="headline">{t('staff.title')}</h1>
        <p className="login-how">{t('staff.body')}</p>
        <span />
        <div className="login-else">
          <Button tone="quiet" size="large" icon={<ArrowLeft className="turns" />} onPress={onBack}>
            {t('login.back')}
          </Button>
        </div>
      </div>
      <div className="login-key">
        <output className="number figures" aria-label={t('staff.code')}>
          {'•'.repeat(code.length) || ' '}
        </output>
        <div className="login-word" aria-live="polite">
          <AnswerWord answer={answer} />
        </div>
        <Keypad
          label={t('login.keypad')}
          words={{ erase: t('login.erase'), enter: t('login.enter') }}
          isEnterDisabled={code === ''}
          onDigit={(digit) => change((before) => (before + digit).slice(0, codeLengthMax))}
          onErase={() => change((before) => before.slice(0, -1))}
          onEnter={enter}
        />
      </div>
    </main>
  );
}

function AnswerWord({ answer }: { readonly answer: LeaveAnswer | null }): ReactElement | null {
  const { t } = useTranslation();
  if (answer === null || answer.kind === 'leaving') return null;
  const text =
    answer.kind === 'wrong'
      ? t('staff.wrong', { count: answer.triesLeft })
      : answer.kind === 'wait'
        ? t('staff.wait', { count: answer.minutes })
        : t('staff.no-codes');
  return (
    <Notice tone="alarm" icon={<CircleAlert />}>
      {text}
    </Notice>
  );
}
