/** What the screens played. */
import type { ReactElement } from 'react';
import type { SectionProps } from '../shell.tsx';

export function MediaSection(_: SectionProps): ReactElement {
  return <h2 className="section-title">Media</h2>;
}
