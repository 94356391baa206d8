/** The sign by which whoever comes to her knows her cart: the same as on the associate's handheld. */
import './cart-sign.css';
import type { VisitSign as Sign } from '@kairos/protocol/visit-sign.ts';
import { VisitSign } from '@kairos/ui/visit-sign.tsx';
import { signName } from '@kairos/ui/visit-sign-words.ts';
import type { ReactElement } from 'react';
import { usePage } from './page-context.ts';

export function CartSign({ sign }: { readonly sign: Sign }): ReactElement {
  const { language } = usePage();
  return (
    <span className="cart-sign">
      <VisitSign sign={sign} label={signName(sign, language)} />
    </span>
  );
}
