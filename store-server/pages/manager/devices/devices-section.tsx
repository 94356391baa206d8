/** Devices. */
import type { ReactElement } from 'react';
import type { SectionProps } from '../shell.tsx';

export function DevicesSection(_: SectionProps): ReactElement {
  return <h2 className="section-title">Devices</h2>;
}
