/** The floor plan. */
import type { ReactElement } from 'react';
import type { SectionProps } from '../shell.tsx';

export function PlanSection(_: SectionProps): ReactElement {
  return <h2 className="section-title">Floor plan</h2>;
}
