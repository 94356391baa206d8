/**
 * The list and the total: the first thing on the page in every state of a visit, and the same place in all of them.
 * A line is pressed to take it off; the newest stands next to the total.
 */
import type { SaleLine } from '@kairos/protocol/facts.ts';
import type { CartView } from '@kairos/protocol/screen-events.ts';
import { Button } from '@kairos/ui/button.tsx';
import { Trash2 } from 'lucide-react';
import { memo, type ReactElement, useEffect, useRef, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import type { PageState } from '../view/page-state.ts';
import { usePage } from './page-context.ts';
import { useScrolls } from './use-scrolls.ts';

/** A whole piece, in thousandths. */
const piece = 1000;

interface LedgerProps extends Pick<PageState, 'removing' | 'isOutOfTouch'> {
  readonly basket: CartView['basket'];
  readonly phase: CartView['phase'];
}

/** Painted anew only when something of it has changed: a message that comes has no need of it. */
export const Ledger = memo(PlainLedger);

function PlainLedger({ basket, phase, removing, isOutOfTouch }: LedgerProps): ReactElement {
  const { t } = useTranslation();
  const { amounts, page } = usePage();
  const { lines, total, saved = 0 } = basket;
  const isAtTill = phase === 'at-till';
  // Out of touch the list stands still; at the till it is the till's.
  const isFrozen = isOutOfTouch || phase !== 'shopping' || page.isWatching;
  return (
    <section className="ledger" aria-labelledby="list-title">
      <header className="ledger-head">
        <h1 id="list-title">{t('list.title')}</h1>
        {lines.length > 0 && <p className="figures">{t('list.count', { count: lines.length })}</p>}
      </header>
      {lines.length === 0 ? (
        <EmptyList isQuiet={phase === 'first-use'} />
      ) : (
        <Lines lines={lines} removing={removing} isFrozen={isFrozen} />
      )}
      <footer className="ledger-total">
        <p className="ledger-total-words">
          <span className="ledger-total-line">
            <span className="ledger-total-name">{isAtTill ? t('list.total-till') : t('list.total')}</span>
            {saved > 0 && (
              <span className="ledger-saved figures">{t('list.saved', { amount: amounts.price(saved) })}</span>
            )}
          </span>
          <span className="ledger-estimate">{t('list.estimate')}</span>
        </p>
        <output className="figures" aria-label={t('list.total')}>
          {amounts.price(total)}
        </output>
      </footer>
    </section>
  );
}

/** Says where to begin; silent while a question stands beside it. */
function EmptyList({ isQuiet }: { readonly isQuiet: boolean }): ReactElement {
  const { t } = useTranslation();
  if (isQuiet) return <div />;
  return (
    <div className="ledger-empty">
      <p className="ledger-begin">{t('list.begin')}</p>
      <p className="ledger-begin-body">{t('list.begin-body')}</p>
    </div>
  );
}

interface LinesProps extends Pick<LedgerProps, 'removing'> {
  readonly lines: readonly SaleLine[];
  readonly isFrozen: boolean;
}

function Lines({ lines, removing, isFrozen }: LinesProps): ReactElement {
  const { page } = usePage();
  const [open, setOpen] = useState<string | null>(null);
  const list = useRef<HTMLOListElement>(null);
  const scrolls = useScrolls(list, lines.length);
  // A new line, or less room, brings the newest into sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new line counts
  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const showEnd = (): void => element.scrollTo({ top: element.scrollHeight });
    const observer = new ResizeObserver(showEnd);
    observer.observe(element);
    showEnd();
    return () => observer.disconnect();
  }, [lines.length]);
  return (
    // A list that scrolls and holds no button is reached by the keyboard like this alone.
    <ol ref={list} className="lines" tabIndex={isFrozen && scrolls ? 0 : undefined} aria-labelledby="list-title">
      {lines.map((line) => (
        <Line
          key={line.id}
          line={line}
          isOpen={open === line.id && !isFrozen}
          isGoing={removing.includes(line.id)}
          onPress={isFrozen ? null : () => setOpen(open === line.id ? null : line.id)}
          onTakeOff={() => {
            setOpen(null);
            page.removeLine(line);
          }}
        />
      ))}
    </ol>
  );
}

interface LineProps {
  readonly line: SaleLine;
  readonly isOpen: boolean;
  readonly isGoing: boolean;
  readonly onPress: (() => void) | null;
  readonly onTakeOff: () => void;
}

function Line({ line, isOpen, isGoing, onPress, onTakeOff }: LineProps): ReactElement {
  const { t } = useTranslation();
  const name = line.name || line.code;
  return (
    <li className={`line${isOpen ? ' line-open' : ''}${isGoing ? ' line-going' : ''}`}>
      {onPress && !isGoing ? (
        <AriaButton className="line-face" aria-expanded={isOpen} onPress={onPress}>
          <LineWords line={line} name={name} />
        </AriaButton>
      ) : (
        <div className="line-face">
          <LineWords line={line} name={name} />
        </div>
      )}
      {isOpen && (
        <Button tone="plain" icon={<Trash2 />} label={`${t('list.take-off')}: ${name}`} onPress={onTakeOff}>
          {t('list.take-off')}
        </Button>
      )}
    </li>
  );
}

function LineWords({ line, name }: { readonly line: SaleLine; readonly name: string }): ReactElement {
  const { t } = useTranslation();
  const { amounts } = usePage();
  return (
    <>
      <span className="line-name">
        <bdi>{name}</bdi>
        {line.quantity !== piece && (
          <span className="line-each figures">
            {t('list.each', { quantity: amounts.quantity(line.quantity), price: amounts.price(line.unitPrice) })}
          </span>
        )}
      </span>
      <span className="line-amount figures">{amounts.price(line.amount)}</span>
    </>
  );
}
