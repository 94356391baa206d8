/** What was asked for in this store, and how far it has come: as far as the store knows. */
import { Button } from '@kairos/ui/button.tsx';
import { type ReactElement, useState } from 'react';
import type { ErasureOrder, ErasureOrders } from '../../../staff/erase-route.ts';
import { type ManagerLink, usePart } from '../link/manager-link.ts';
import { ask } from '../link/store-actions.ts';
import type { WordKey } from '../words/languages.ts';
import { useWords } from '../words/use-words.ts';
import { whenText } from '../words/when-text.ts';

export interface EraseOrdersProps {
  readonly link: ManagerLink;
  readonly told: ErasureOrders;
  readonly onTold: () => void;
  readonly isFar: boolean;
}

export function EraseOrders({ link, told, onTold, isFar }: EraseOrdersProps): ReactElement {
  const talk = useWords();
  const { say } = talk;
  const timeZone = usePart(link, 'store')?.timeZone ?? 'UTC';
  const { orders, lastExchangeAt, hasHeadquarters } = told;
  return (
    <div className="erase-orders">
      <h3>{say('erase.orders')}</h3>
      {orders.length === 0 ? (
        <p className="erase-none">{say('erase.orders-none')}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
        <section className="erase-scroll" tabIndex={0} aria-label={say('erase.orders')}>
          <table>
            <thead>
              <tr>
                {(['order', 'when', 'here', 'hq', 'others'] as const).map((name) => (
                  <th key={name} scope="col">
                    {say(`erase.row-${name}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {orders.map((one) => (
                <tr key={one.order}>
                  <th scope="row" className="figures">
                    {one.order}
                  </th>
                  <td className="figures">{whenText(one.at, timeZone, talk)}</td>
                  <td>{say('erase.here-done')}</td>
                  <td>{say(`erase.hq-${one.headquarters}`)}</td>
                  <td>{say(othersOf(one))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {hasHeadquarters && (
        <div className="erase-exchange">
          <p>
            {lastExchangeAt === null
              ? say('erase.exchange-none')
              : say('erase.exchange', { time: whenText(lastExchangeAt, timeZone, talk) })}{' '}
            {orders.length > 0 && say('erase.owing')}
          </p>
          {orders.some(({ headquarters }) => headquarters === 'waits') && <TellNow onTold={onTold} isFar={isFar} />}
        </div>
      )}
    </div>
  );
}

function TellNow({ onTold, isFar }: Pick<EraseOrdersProps, 'onTold' | 'isFar'>): ReactElement {
  const { say } = useWords();
  const [says, setSays] = useState<WordKey | null>(null);
  const tell = async (): Promise<void> => {
    setSays('erase.syncing');
    const answer = await ask<{ readonly kind: string }>('/api/hq/sync', { method: 'POST', body: {} });
    const isTold = answer.kind === 'done' && answer.body.kind === 'done';
    setSays(isTold ? null : answer.kind === 'done' ? 'erase.away' : answer.says);
    onTold();
  };
  return (
    <div className="erase-tell">
      <Button isDisabled={isFar || says === 'erase.syncing'} onPress={() => void tell()}>
        {say('erase.sync')}
      </Button>
      <p role="status">{says && say(says)}</p>
    </div>
  );
}

export function othersOf({ headquarters }: ErasureOrder): WordKey {
  return `erase.others-${headquarters}`;
}
