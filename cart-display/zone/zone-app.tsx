/** Wires a zone screen: line, outbox, model, React. Decides nothing. */
import { facesReady } from '@kairos/ui/faces.ts';
import { StrictMode } from 'react';
import type { AppOptions } from '../cart-app.tsx';
import { giveSignsOfLife } from '../link/signs-of-life.ts';
import { keptInBrowser, keptInMemory } from '../queue/kept.ts';
import { createZoneLink } from './zone-link.ts';
import { ZonePage } from './zone-page.ts';
import { ZoneScreen } from './zone-screen.tsx';

export async function openZoneApp({ name, isWatching, token, origin, ports, root }: AppOptions): Promise<void> {
  // Dark, unless its address says otherwise: it hangs above the light.
  document.documentElement.dataset.scheme ??= 'dark';
  const epoch = ports.random.id();
  const page = new ZonePage({
    screen: name,
    epoch,
    isWatching,
    ports,
    kept: isWatching ? keptInMemory() : keptInBrowser(name),
    send: (batch) => link.sendFacts(batch),
    renewLine: () => link.renew(),
  });
  const link = createZoneLink({
    origin,
    hello: { screen: name, epoch, watching: isWatching, ...(token === null ? {} : { token }) },
    ports,
    on: page,
  });
  await Promise.all([facesReady(ports.timers), page.takeUp()]);
  root.render(
    <StrictMode>
      <ZoneScreen page={page} ports={ports} origin={origin} />
    </StrictMode>,
  );
  link.open();
  const painted = (): string | null => {
    const { current } = page.read().glass;
    return current?.state === 'painted' ? current.message.id : null;
  };
  giveSignsOfLife({ ports, painted, send: (sign) => link.sendAlive(sign), document });
}
