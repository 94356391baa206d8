/**
 * The second step: no more of her than it takes to be sure, what will happen and what stays; and the card's last digits
 * to confirm it, so that no press, no Enter and no scan does it by accident.
 */
import { Button } from '@kairos/ui/button.tsx';
import { Notice } from '@kairos/ui/notice.tsx';
import { TriangleAlert } from 'lucide-react';
import { type ReactElement, useEffect, useRef } from 'react';
import { cartNumber } from '../words/cart-words.ts';
import { useWords } from '../words/use-words.ts';
import { type EraseStep, endingLength, endingOf, isConfirmed, type Known } from './erase-step.ts';

export interface EraseSureProps {
  readonly step: Extract<EraseStep, { kind: 'sure' }>;
  readonly isDisabled: boolean;
  readonly hasHeadquarters: boolean;
  readonly onKeyed: (text: string) => void;
  readonly onErase: () => void;
  readonly onLeave: () => void;
}

export function EraseSure(props: EraseSureProps): ReactElement {
  const { step, isDisabled, hasHeadquarters, onKeyed, onErase, onLeave } = props;
  const { say } = useWords();
  const title = useRef<HTMLHeadingElement>(null);
  // Not the field: what is typed next has to be meant for it.
  useEffect(() => title.current?.focus(), []);
  return (
    <div className="erase-sure">
      <section aria-labelledby="erase-sure">
        <h3 id="erase-sure" ref={title} tabIndex={-1}>
          {say('erase.sure')}
        </h3>
        <dl className="erase-rows">
          <div>
            <dt>{say('erase.card')}</dt>
            <dd className="figures">
              <bdi>{endingOf(step.number)}</bdi>
            </dd>
          </div>
          <div>
            <dt>{say('erase.initial')}</dt>
            <dd>{step.known.initial === null ? say('erase.no-name') : <bdi>{step.known.initial} …</bdi>}</dd>
          </div>
          <div>
            <dt>{say('erase.now')}</dt>
            <dd>
              <Whereabouts known={step.known} />
            </dd>
          </div>
        </dl>
      </section>
      <section aria-labelledby="erase-will">
        <h3 id="erase-will">{say('erase.will')}</h3>
        <ul>
          <li>{say('erase.will-here')}</li>
          {hasHeadquarters && <li>{say('erase.will-elsewhere')}</li>}
          <li>{say('erase.will-card')}</li>
        </ul>
      </section>
      <section aria-labelledby="erase-stays">
        <h3 id="erase-stays">{say('erase.stays')}</h3>
        <Staying />
      </section>
      <div className="erase-confirm">
        <label htmlFor="erase-confirm">{say('erase.confirm')}</label>
        <input
          id="erase-confirm"
          className="figures"
          dir="ltr"
          inputMode="numeric"
          autoComplete="off"
          maxLength={endingLength}
          value={step.confirmed}
          onChange={({ target }) => onKeyed(target.value)}
        />
        <div className="erase-deeds">
          <Button onPress={onLeave}>{say('erase.leave')}</Button>
          <Button className="erase-do" isDisabled={isDisabled || !isConfirmed(step)} onPress={onErase}>
            {say('erase.do')}
          </Button>
        </div>
        <div className="erase-said" aria-live="polite">
          {step.says && (
            <Notice tone="heed" icon={<TriangleAlert />}>
              {say(step.says)}
            </Notice>
          )}
        </div>
      </div>
    </div>
  );
}

function Whereabouts({ known: { visit } }: { readonly known: Known }): string {
  const { say } = useWords();
  if (visit === null) return say('erase.not-here');
  return visit.cart === null ? say('erase.here') : say('erase.on-cart', { cart: cartNumber(visit.cart) });
}

export function Staying(): ReactElement {
  const { say } = useWords();
  return (
    <ul>
      <li>{say('erase.stays-books')}</li>
      <li>{say('erase.stays-figures')}</li>
      <li>{say('erase.stays-paper')}</li>
    </ul>
  );
}
