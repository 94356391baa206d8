/** The floor. */
import type { ReactElement } from 'react';
import type { SectionProps } from '../shell.tsx';

export function FloorSection(_: SectionProps): ReactElement {
  return <h2 className="section-title">Floor</h2>;
}
