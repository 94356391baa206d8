/** The first step: a card under the scanner, or its number keyed. */
import { Button } from '@kairos/ui/button.tsx';
import { Notice } from '@kairos/ui/notice.tsx';
import { Check, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import { useWords } from '../words/use-words.ts';
import type { EraseStep } from './erase-step.ts';

export interface EraseNumberProps {
  readonly step: Extract<EraseStep, { kind: 'number' }>;
  readonly isDisabled: boolean;
  readonly onKeyed: (text: string) => void;
  readonly onFind: () => void;
}

export function EraseNumber({ step, isDisabled, onKeyed, onFind }: EraseNumberProps): ReactElement {
  const { say } = useWords();
  return (
    <form
      className="erase-number"
      onSubmit={(event) => {
        event.preventDefault();
        onFind();
      }}
    >
      <p id="erase-intro">{say('erase.intro')}</p>
      <label htmlFor="erase-number">{say('erase.number')}</label>
      <div className="erase-line">
        <input
          id="erase-number"
          className="figures"
          dir="ltr"
          inputMode="numeric"
          autoComplete="off"
          spellCheck={false}
          aria-describedby="erase-intro erase-said"
          value={step.number}
          onChange={({ target }) => onKeyed(target.value)}
        />
        <Button tone="ink" isDisabled={isDisabled || step.number.trim() === ''} onPress={onFind}>
          {say('erase.find')}
        </Button>
      </div>
      <div id="erase-said" className="erase-said" aria-live="polite">
        {step.says && (
          <Notice
            tone={step.says === 'erase.before' ? 'plain' : 'heed'}
            icon={step.says === 'erase.before' ? <Check /> : <TriangleAlert />}
          >
            {say(step.says)}
          </Notice>
        )}
      </div>
    </form>
  );
}
