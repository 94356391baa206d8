/** What each dialogue does. */
import type { ReactElement } from 'react';
import type { SectionProps } from '../shell.tsx';

export function DialoguesSection(_: SectionProps): ReactElement {
  return <h2 className="section-title">Dialogues</h2>;
}
