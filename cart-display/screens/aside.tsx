/** Beside the list: a greeting and the map while all is quiet, the message when there is one, two steps always there. */
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PageState } from '../view/page-state.ts';
import { nearestTill } from '../view/way.ts';
import { MessageCard } from './message-card.tsx';
import { Steps } from './steps.tsx';
import { StoreMap } from './store-map.tsx';
import { Words } from './words.tsx';

export function Aside({ state, onMore }: { readonly state: PageState; readonly onMore: () => void }): ReactElement {
  const { current } = state.glass;
  const [wayTo, setWayTo] = useState<string | null>(null);
  // Passing the tills with an empty cart is not checking out.
  const isAtTill = state.view?.phase === 'at-till' && state.view.basket.lines.length > 0;
  const till = nearestTill(state.plan, state.view?.zone ?? null);
  return (
    <section className="aside">
      <div className="aside-say">
        <div className="message-place" aria-live="polite">
          {current && wayTo === null && <MessageCard key={current.message.id} shown={current} onWhere={setWayTo} />}
        </div>
        {!current && isAtTill && <AtTill cart={state.view?.cart ?? ''} />}
        {wayTo !== null && (
          <StoreMap state={state} goal={wayTo} onBack={() => setWayTo(null)} isFromMessage={current !== null} />
        )}
        {!current && !isAtTill && wayTo === null && (
          <>
            <Greeting state={state} />
            <StoreMap state={state} goal={null} onBack={null} />
          </>
        )}
      </div>
      <Words
        state={state}
        isBeside={current !== null}
        onTills={till !== null && wayTo === null && !isAtTill ? () => setWayTo(till) : null}
      />
      <Steps state={state} onMore={onMore} />
    </section>
  );
}

function Greeting({ state }: { readonly state: PageState }): ReactElement {
  const { t } = useTranslation();
  const shopper = state.view?.shopper;
  const name = shopper?.name;
  const words = shopper?.strength === 'guest' || !shopper ? t('hello.guest') : t('hello.plain');
  return <h2 className="greeting">{name ? t('hello.name', { name }) : words}</h2>;
}

function AtTill({ cart }: { readonly cart: string }): ReactElement {
  const { t } = useTranslation();
  return (
    <div className="at-till">
      <h2 className="headline">{t('till.title')}</h2>
      <p>{t('till.body')}</p>
      <dl className="at-till-cart">
        <dt>{t('till.cart')}</dt>
        <dd className="figures">
          <bdi>{cart}</bdi>
        </dd>
      </dl>
    </div>
  );
}
