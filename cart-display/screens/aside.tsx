/** Beside the list: a greeting and the map while all is quiet, the message when there is one, two steps always there. */
import type { CartView } from '@kairos/protocol/screen-events.ts';
import { nearestTill } from '@kairos/protocol/way.ts';
import { memo, type ReactElement, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { helpOf, type PageState } from '../view/page-state.ts';
import { MessageCard } from './message-card.tsx';
import { Steps } from './steps.tsx';
import { StoreMap } from './store-map.tsx';
import { Words } from './words.tsx';

export function Aside({ state, onMore }: { readonly state: PageState; readonly onMore: () => void }): ReactElement {
  const { current } = state.glass;
  const [wayTo, setWayTo] = useState<string | null>(null);
  // Passing the tills with an empty cart is not checking out.
  const isAtTill = state.view?.phase === 'at-till' && state.view.basket.lines.length > 0;
  const { plan, word, isOutOfTouch, scannedAway } = state;
  const zone = state.view?.zone ?? null;
  const till = useMemo(() => nearestTill(plan, zone), [plan, zone]);
  const hasTills = till !== null && wayTo === null && !isAtTill;
  const showTills = useMemo(() => (hasTills ? () => setWayTo(till) : null), [hasTills, till]);
  const isQuiet = !current && !isAtTill && wayTo === null;
  return (
    <section className="aside">
      <div className="aside-say">
        <div className="message-place" aria-live="polite">
          {current && wayTo === null && <MessageCard key={current.message.id} shown={current} onWhere={setWayTo} />}
        </div>
        {!current && isAtTill && <AtTill cart={state.view?.cart ?? ''} />}
        {wayTo !== null && (
          <StoreMap
            plan={plan}
            zone={zone}
            goal={wayTo}
            onBack={() => setWayTo(null)}
            isFromMessage={current !== null}
          />
        )}
        {/* Put aside rather than taken apart: a message's first frame does not wait for that. */}
        <div className="aside-quiet" hidden={!isQuiet}>
          <Greeting shopper={state.view?.shopper ?? null} />
          <StoreMap plan={plan} zone={zone} goal={null} onBack={null} />
        </div>
      </div>
      <Words
        word={word}
        isOutOfTouch={isOutOfTouch}
        scannedAway={scannedAway}
        help={helpOf(state)}
        sign={state.view?.sign ?? null}
        isBeside={current !== null}
        onTills={showTills}
      />
      <Steps help={helpOf(state)} onMore={onMore} />
    </section>
  );
}

const Greeting = memo(PlainGreeting);

function PlainGreeting({ shopper }: Pick<CartView, 'shopper'>): ReactElement {
  const { t } = useTranslation();
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
