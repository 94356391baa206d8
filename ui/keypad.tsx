/**
 * A keypad with big keys in the order of a telephone, since that is how card numbers are keyed everywhere. Figures stay
 * left to right in every language, as they are printed on the card.
 */
import './keypad.css';
import { Delete } from 'lucide-react';
import type { ReactElement } from 'react';
import { Button } from './button.tsx';

export interface KeypadProps {
  readonly label: string;
  readonly words: { readonly erase: string; readonly enter: string };
  readonly isEnterDisabled?: boolean;
  readonly onDigit: (digit: string) => void;
  readonly onErase: () => void;
  readonly onEnter: () => void;
}

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

export function Keypad(props: KeypadProps): ReactElement {
  const key = (digit: string): ReactElement => (
    <Button key={digit} tone="quiet" className="key figures" onPress={() => props.onDigit(digit)}>
      {digit}
    </Button>
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields; these are keys
    <div className="keypad" role="group" aria-label={props.label} dir="ltr">
      {digits.map(key)}
      <Button tone="quiet" className="key" label={props.words.erase} onPress={props.onErase}>
        <Delete aria-hidden />
      </Button>
      {key('0')}
      <Button tone="ink" className="key" isDisabled={props.isEnterDisabled ?? false} onPress={props.onEnter}>
        {props.words.enter}
      </Button>
    </div>
  );
}
