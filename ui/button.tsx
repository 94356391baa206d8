/**
 * The one button, in the tones that the pages need: `plain` beside others of its kind, `ink` for the step that leads
 * on, `quiet` for what is there but does not ask, `voice` for answers to a message. At least 64 px in both directions
 * on the cart; a desk's page may set `--target` smaller.
 */
import './button.css';
import type { ReactElement, ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';

export type ButtonTone = 'plain' | 'ink' | 'quiet' | 'voice';

export interface ButtonProps {
  readonly children: ReactNode;
  readonly tone?: ButtonTone;
  readonly size?: 'regular' | 'large';
  readonly icon?: ReactNode;
  /** Where the words inside do not say it all. */
  readonly label?: string | undefined;
  readonly isDisabled?: boolean;
  readonly isPressed?: boolean;
  readonly isExpanded?: boolean;
  readonly className?: string;
  readonly lang?: string;
  readonly onPress?: () => void;
}

export function Button(props: ButtonProps): ReactElement {
  const { tone = 'plain', size = 'regular' } = props;
  return (
    <AriaButton
      className={`button button-${tone} button-${size} ${props.className ?? ''}`}
      aria-label={props.label}
      aria-pressed={props.isPressed}
      aria-expanded={props.isExpanded}
      isDisabled={props.isDisabled ?? false}
      onPress={() => props.onPress?.()}
    >
      {props.icon && (
        <span className="button-icon" aria-hidden>
          {props.icon}
        </span>
      )}
      <span lang={props.lang}>{props.children}</span>
    </AriaButton>
  );
}
