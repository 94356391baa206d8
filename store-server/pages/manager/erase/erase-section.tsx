/**
 * Forgetting a customer who asks for it at the desk: her card, is it she, what will happen and what stays, the digits
 * that confirm it, and a receipt; below, how far each order has come. What is on the page of her goes when nobody has
 * touched it for two minutes.
 */
import './erase.css';
import { Notice } from '@kairos/ui/notice.tsx';
import { TriangleAlert } from 'lucide-react';
import { type ReactElement, useCallback, useEffect, useRef, useState } from 'react';
import type { ErasedCustomer, ErasureOrders, FoundCustomer } from '../../../staff/erase-route.ts';
import { usePart } from '../link/manager-link.ts';
import { type Answer, ask } from '../link/store-actions.ts';
import type { SectionProps } from '../shell.tsx';
import { useWords } from '../words/use-words.ts';
import { EraseNumber } from './erase-number.tsx';
import { EraseOrders } from './erase-orders.tsx';
import { EraseReceipt } from './erase-receipt.tsx';
import { begin, type EraseStep, erased, found, isConfirmed, keyed, refused, typed } from './erase-step.ts';
import { EraseSure } from './erase-sure.tsx';

const forgottenAfterMs = 120_000;
/** Headquarters may hear of it at any moment. */
const lookAgainMs = 10_000;

export function EraseSection({ link, ports }: SectionProps): ReactElement {
  const { say } = useWords();
  const { step, held, setStep } = useStep();
  const [isAsking, setAsking] = useState(false);
  const [orders, look] = useOrders(ports.timers);
  const line = usePart(link, 'line');
  const isFar = line !== 'open';
  useEffect(() => {
    if (step.kind === 'sure' || (step.kind === 'number' && step.number !== ''))
      return ports.timers.after(forgottenAfterMs, () => setStep(() => begin));
    return undefined;
  }, [step, ports, setStep]);

  const askAbout = async <Body,>(path: string, number: string): Promise<Answer<Body>> => {
    setAsking(true);
    const answer = await ask<Body>(path, { method: 'POST', body: { number } });
    setAsking(false);
    return answer;
  };
  const find = async (): Promise<void> => {
    const now = held();
    if (now.kind !== 'number' || now.number.trim() === '' || isFar || isAsking) return;
    const { number } = now;
    const answer = await askAbout<FoundCustomer>('/api/customers/find', number);
    setStep((then) => (answer.kind === 'done' ? found(number, answer.body) : refused(then, answer.says)));
  };
  const erase = async (): Promise<void> => {
    if (step.kind !== 'sure' || !isConfirmed(step) || isAsking) return;
    const { number } = step;
    const answer = await askAbout<ErasedCustomer>('/api/customers/erase', number);
    // Without an answer nobody knows whether it was done: asking again does it once.
    const says = answer.kind === 'failed' && answer.says === 'answer.unreachable' ? 'erase.no-answer' : null;
    setStep((now) =>
      answer.kind === 'done'
        ? erased(number, answer.body)
        : says === null
          ? refused(now, answer.says)
          : { kind: 'number', number, says },
    );
    look();
  };
  useTyping({ isNumber: step.kind === 'number', onKey: (key) => setStep((now) => typed(now, key)), onEnter: find });

  if (orders?.kind === 'not-allowed') return <NotAllowed isSignedIn={orders.says === 'answer.role'} />;
  const told = orders?.kind === 'done' ? orders.body : null;
  return (
    <div className="erase">
      <h2 className="section-title">{say('erase.title')}</h2>
      {step.kind === 'number' && (
        <EraseNumber
          step={step}
          isDisabled={isFar || isAsking}
          onKeyed={(text) => setStep((now) => keyed(now, text))}
          onFind={() => void find()}
        />
      )}
      {step.kind === 'sure' && (
        <EraseSure
          step={step}
          isDisabled={isFar || isAsking}
          hasHeadquarters={told?.hasHeadquarters ?? true}
          onKeyed={(text) => setStep((now) => keyed(now, text))}
          onErase={() => void erase()}
          onLeave={() => setStep(() => begin)}
        />
      )}
      {step.kind === 'done' && (
        <EraseReceipt
          link={link}
          ending={step.ending}
          order={told?.orders.find(({ order }) => order === step.order.order) ?? step.order}
          onNext={() => setStep(() => begin)}
        />
      )}
      {isAsking && <p role="status">{say('erase.doing')}</p>}
      {orders?.kind === 'failed' && <p role="status">{say(orders.says)}</p>}
      {told && <EraseOrders link={link} told={told} onTold={look} isFar={isFar} />}
    </div>
  );
}

function NotAllowed({ isSignedIn }: { readonly isSignedIn: boolean }): ReactElement {
  const { say } = useWords();
  return (
    <div className="erase">
      <h2 className="section-title">{say('erase.title')}</h2>
      <Notice tone="heed" icon={<TriangleAlert />}>
        {say('erase.not-allowed')} {!isSignedIn && <a href="/sign-in/?next=/manager/%23/erase">{say('sign-in')}</a>}
      </Notice>
    </div>
  );
}

/** The step as it is at this very moment: a scanner types a whole card and Enter before the page is drawn again. */
function useStep() {
  const now = useRef<EraseStep>(begin);
  const [step, draw] = useState<EraseStep>(begin);
  const held = useCallback(() => now.current, []);
  const setStep = useCallback((next: (step: EraseStep) => EraseStep): void => {
    now.current = next(now.current);
    draw(now.current);
  }, []);
  return { step, held, setStep };
}

/** What was asked for here, looked at again and again while it is looked at; and a way to look now. */
function useOrders(timers: SectionProps['ports']['timers']): readonly [Answer<ErasureOrders> | null, () => void] {
  const [orders, setOrders] = useState<Answer<ErasureOrders> | null>(null);
  const [looks, setLooks] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each look is one
  useEffect(() => {
    let isGone = false;
    void ask<ErasureOrders>('/api/customers/erasures').then((answer) => !isGone && setOrders(answer));
    const cancel = timers.after(lookAgainMs, () => setLooks((count) => count + 1));
    return () => {
      isGone = true;
      cancel();
    };
  }, [timers, looks]);
  return [orders, useCallback(() => setLooks((count) => count + 1), [])];
}

interface Typing {
  readonly isNumber: boolean;
  readonly onKey: (key: string) => void;
  readonly onEnter: () => Promise<void>;
}

/** A scanner is a keyboard: what it types while no field has the focus is a card. */
function useTyping({ isNumber, onKey, onEnter }: Typing): void {
  useEffect(() => {
    if (!isNumber) return undefined;
    const hear = (event: KeyboardEvent): void => {
      const isElsewhere =
        event.target instanceof HTMLElement && event.target.closest('input, select, button, a, dialog') !== null;
      if (isElsewhere || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === 'Enter') void onEnter();
      else onKey(event.key);
    };
    addEventListener('keydown', hear);
    return () => removeEventListener('keydown', hear);
  }, [isNumber, onKey, onEnter]);
}
