/** The overview: the floor is the page; what Kairos said stands beside it, the day's figures below. */
import type { Ports } from '@kairos/protocol/ports.ts';
import { toClockText } from '@kairos/protocol/time.ts';
import { type CSSProperties, type ReactElement, useEffect, useState, useSyncExternalStore } from 'react';
import { CountsStrip } from './counts-strip.tsx';
import { DecisionList } from './decision-list.tsx';
import { Floor } from './floor.tsx';
import { HelpList } from './help-list.tsx';
import type { OverviewLink } from './overview-link.ts';
import type { OverviewModel } from './overview-model.ts';

export interface OverviewPageProps {
  readonly link: OverviewLink;
  readonly ports: Ports;
}

export function OverviewPage({ link, ports }: OverviewPageProps): ReactElement {
  const model = useSyncExternalStore(link.subscribe, link.model);
  const { state, line } = model;
  if (state === null) return <main className="overview-empty">Waiting for the store …</main>;
  const shopping = state.carts.filter((cart) => cart.strength !== null);
  return (
    <main className={`overview overview-${line}`}>
      <header className="head">
        <h1>{state.store.title}</h1>
        {line === 'lost' ? (
          <p className="lost" role="status">
            We’ve lost touch with the store. This is how it was.
          </p>
        ) : (
          <StoreClock model={model} timeZone={state.store.timeZone} ports={ports} />
        )}
      </header>
      <div className="floor-frame" style={{ '--plan-ratio': state.plan.width / state.plan.height } as CSSProperties}>
        <Floor plan={state.plan} carts={state.carts} />
      </div>
      <CountsStrip counts={state.counts} present={shopping.length} />
      <aside className="beside">
        <HelpList carts={state.carts} plan={state.plan} timeZone={state.store.timeZone} />
        <DecisionList decisions={state.decisions} plan={state.plan} timeZone={state.store.timeZone} />
      </aside>
    </main>
  );
}

interface StoreClockProps {
  readonly model: OverviewModel;
  readonly timeZone: string;
  readonly ports: Ports;
}

/** The store's time of day, to the minute; looks again when the next one begins. */
function StoreClock({ model, timeZone, ports }: StoreClockProps): ReactElement {
  const minuteMs = 60_000;
  const [now, setNow] = useState(() => ports.clock.now() + model.clockOffsetMs);
  useEffect(
    () => ports.timers.after(minuteMs - (now % minuteMs), () => setNow(ports.clock.now() + model.clockOffsetMs)),
    [now, model.clockOffsetMs, ports],
  );
  return <p className="clock figures">{toClockText(now, timeZone).slice(0, 5)}</p>;
}
