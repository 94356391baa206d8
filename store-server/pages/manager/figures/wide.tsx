/** What may be wider than a narrow page: it moves sideways by itself, with the keyboard too. */
import type { ReactElement, ReactNode } from 'react';

export function Wide({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactElement {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what moves sideways must be reached by keyboard (WCAG 2.1.1)
    <section className="wide" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
