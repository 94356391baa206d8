/**
 * A visit's sign, drawn the same on the handheld and on the cart: a filled shape with an outline of ink, so that it is
 * seen on paper and in the dark, and told apart by its shape alone. Its name for those who hear it is the caller's.
 */
import './visit-sign.css';
import type { VisitSign as Sign } from '@kairos/protocol/visit-sign.ts';
import type { ReactElement } from 'react';

/** In a square of 24. */
const shapes: Readonly<Record<Sign['shape'], string>> = {
  circle: 'M12 2.5a9.5 9.5 0 1 1 0 19a9.5 9.5 0 1 1 0-19Z',
  triangle: 'M12 3L22 20.5H2Z',
  square: 'M3.5 3.5H20.5V20.5H3.5Z',
  star: 'M12 1.8L14.9 8.6L22.3 9.2L16.7 14L18.4 21.2L12 17.4L5.6 21.2L7.3 14L1.7 9.2L9.1 8.6Z',
  diamond: 'M12 1.5L21.5 12L12 22.5L2.5 12Z',
  cross: 'M8.5 2.5H15.5V8.5H21.5V15.5H15.5V21.5H8.5V15.5H2.5V8.5H8.5Z',
};

export function VisitSign({ sign, label }: { readonly sign: Sign; readonly label: string }): ReactElement {
  return (
    <svg className="visit-sign" viewBox="0 0 24 24" role="img" aria-label={label}>
      <path className={`visit-sign-${sign.colour}`} d={shapes[sign.shape]} />
    </svg>
  );
}
