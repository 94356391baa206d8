/** The receipt: what she takes along, printed or read out. Of her it has the last digits of a card that was hers. */
import { Button } from '@kairos/ui/button.tsx';
import { Check, Printer } from 'lucide-react';
import { type ReactElement, useEffect, useRef } from 'react';
import type { ErasureOrder } from '../../../staff/erase-route.ts';
import { type ManagerLink, usePart } from '../link/manager-link.ts';
import { useWords } from '../words/use-words.ts';
import { whenText } from '../words/when-text.ts';
import { othersOf } from './erase-orders.tsx';
import { Staying } from './erase-sure.tsx';

export interface EraseReceiptProps {
  readonly link: ManagerLink;
  readonly ending: string;
  readonly order: ErasureOrder;
  readonly onNext: () => void;
}

export function EraseReceipt({ link, ending, order, onNext }: EraseReceiptProps): ReactElement {
  const talk = useWords();
  const { say } = talk;
  const store = usePart(link, 'store');
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const rows: readonly (readonly [string, string])[] = [
    [say('erase.row-order'), String(order.order)],
    [say('erase.row-store'), store?.title ?? ''],
    [say('erase.card'), ending],
    [say('erase.row-when'), whenText(order.at, store?.timeZone ?? 'UTC', talk)],
    [say('erase.row-here'), say('erase.here-done')],
    [say('erase.row-hq'), say(`erase.hq-${order.headquarters}`)],
    [say('erase.row-others'), say(othersOf(order))],
  ];
  return (
    <section className="erase-receipt" aria-labelledby="erase-receipt">
      <p className="erase-done" role="status">
        <Check aria-hidden size={24} strokeWidth={2.2} /> {say('erase.done')}
      </p>
      <h3 id="erase-receipt" ref={title} tabIndex={-1}>
        {say('erase.receipt')}
      </h3>
      <dl className="erase-rows">
        {rows.map(([name, words]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="figures">
              <bdi>{words}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      <h4>{say('erase.stays')}</h4>
      <Staying />
      <p>{say('erase.will-card')}</p>
      <div className="erase-deeds">
        <Button icon={<Printer />} onPress={() => print()}>
          {say('erase.print')}
        </Button>
        <Button tone="ink" onPress={onNext}>
          {say('erase.next')}
        </Button>
      </div>
    </section>
  );
}
