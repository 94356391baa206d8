/** A button that does not take the focus by being pressed: it stays in the till's own field. */
import type { ReactElement, ReactNode } from 'react';

export interface PressProps {
  readonly className: string;
  readonly onPress: () => void;
  readonly children: ReactNode;
}

export function Press({ className, onPress, children }: PressProps): ReactElement {
  return (
    <button
      type="button"
      className={`till-press ${className}`}
      onPointerDown={(event) => event.preventDefault()}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onPress}
    >
      {children}
    </button>
  );
}
