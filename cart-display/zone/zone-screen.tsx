/**
 * A screen in a zone, seen from three to five metres: one thought at a time. While nobody is spoken to, a slow loop: the
 * place itself on its floor, and the store's own lines. A message takes the whole of it at once, and leaves at once.
 */
import './zone.css';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { ScreenMessage } from '@kairos/protocol/screen-events.ts';
import type { ZoneScreenView } from '@kairos/protocol/zone-screen-events.ts';
import { FloorPlanMap } from '@kairos/ui/floor-plan-map.tsx';
import { usePainted } from '@kairos/ui/use-painted.ts';
import { type ReactElement, useRef, useState, useSyncExternalStore } from 'react';
import { pictureAddress } from '../view/picture-address.ts';
import type { ZonePage, ZoneState } from './zone-page.ts';

interface ZoneScreenProps {
  readonly page: ZonePage;
  readonly ports: Ports;
  /** Of the store: where its pictures are. */
  readonly origin: string;
}

export function ZoneScreen({ page, ports, origin }: ZoneScreenProps): ReactElement {
  const state = useSyncExternalStore(page.subscribe, page.read);
  const { view, glass, link, slot, plan } = state;
  const message = glass.current?.message ?? null;
  if (view === null) return <NothingYet state={link} />;
  return (
    <main className="zone" lang={view.locale}>
      {message ? (
        <Message
          key={message.id}
          message={message}
          view={view}
          ports={ports}
          origin={origin}
          onPainted={(ago) => page.painted(message.id, ago)}
        />
      ) : (
        <Loop key={slot} view={view} slot={slot} plan={plan} />
      )}
    </main>
  );
}

function Loop({
  view,
  slot,
  plan,
}: Pick<ZoneState, 'slot' | 'plan'> & { readonly view: ZoneScreenView }): ReactElement {
  // The place comes first, then the lines, then the place again.
  const due = slot % (view.loop.length + 1);
  const line = due === 0 ? undefined : view.loop[due - 1];
  if (line) {
    return (
      <section className="zone-picture zone-line">
        <h1 className="zone-thought">{line.headline}</h1>
        <p className="zone-store">{view.store}</p>
      </section>
    );
  }
  return (
    <section className="zone-picture zone-place">
      <div>
        <h1 className="zone-thought">{view.zone.name}</h1>
        <p className="zone-store">{view.store}</p>
      </div>
      {plan && (
        <div className="zone-floor">
          <FloorPlanMap
            plan={plan}
            label={view.zone.name}
            showsName={() => false}
            zoneClass={(zone) => (zone.id === view.zone.id ? 'zone-here' : undefined)}
          />
        </div>
      )}
    </section>
  );
}

interface MessageProps {
  readonly message: ScreenMessage;
  readonly view: ZoneScreenView;
  readonly ports: Ports;
  readonly origin: string;
  readonly onPainted: (agoMs: number) => void;
}

function Message({ message, view, ports, origin, onPainted }: MessageProps): ReactElement {
  const thought = useRef<HTMLElement>(null);
  const [hasFailed, setHasFailed] = useState(false);
  const picture = message.picture === undefined ? null : pictureAddress(message.picture, origin);
  usePainted(thought, ports, onPainted);
  return (
    <section className="zone-message" ref={thought} aria-live="polite">
      <div className="zone-words">
        <h1 className="zone-thought">{message.headline}</h1>
        {message.body !== '' && <p className="zone-body">{message.body}</p>}
      </div>
      {picture !== null && !hasFailed && (
        <div className="zone-illustration">
          <img src={picture} alt="" onError={() => setHasFailed(true)} />
        </div>
      )}
      <p className="zone-store">{view.store}</p>
    </section>
  );
}

/** Before the store has said anything: dark. Who sets it up reads why, small. */
function NothingYet({ state }: { readonly state: ZoneState['link'] }): ReactElement {
  return (
    <main className="zone zone-nothing">
      {state.kind === 'refused' && (
        <p className="zone-store">
          {state.reason === 'unknown-screen'
            ? 'The store’s floor plan has no screen of this name. Check ?screen= in the address.'
            : 'The store does not take this screen’s token.'}
        </p>
      )}
    </main>
  );
}
