/** One figure of the strip. */
import type { ReactElement, ReactNode } from 'react';

export interface CellProps {
  /** What it counts, in a few words. */
  readonly words: string;
  readonly children: ReactNode;
}

export function Cell({ words, children }: CellProps): ReactElement {
  return (
    <div className="strip-cell">
      <dt>{words}</dt>
      <dd className="figures">{children}</dd>
    </div>
  );
}
