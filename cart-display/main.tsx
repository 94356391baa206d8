/** The page: a cart's screen, or a screen in a zone, by its address or by the shell around it. Decides nothing. */
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { createRoot } from 'react-dom/client';
import { openCartApp } from './cart-app.tsx';
import { type PageAddress, readPageAddress } from './page-address.ts';
import { SetUpNeeded } from './screens/set-up-needed.tsx';
import { shellOf } from './shell/bridge.ts';

const shell = shellOf(window);
const settings = shell && (await shell.settings());
const address: PageAddress = settings
  ? {
      kind: 'cart',
      name: settings.screen,
      isWatching: false,
      token: settings.token,
      agent: settings.agent ?? null,
      scheme: null,
    }
  : readPageAddress(window.location.search);
const root = createRoot(document.getElementById('root') as HTMLElement);

if (address.kind === 'unreadable') {
  root.render(<SetUpNeeded />);
} else {
  const { kind, name, isWatching, token, agent, scheme } = address;
  if (scheme) document.documentElement.dataset.scheme = scheme;
  const origin = settings?.store ?? window.location.origin;
  const options = {
    name,
    isWatching,
    token,
    agent: isWatching ? null : agent,
    origin,
    shell,
    ports: systemPorts,
    root,
  };
  if (kind === 'cart') await openCartApp(options);
  // What a cart never needs is not loaded on one.
  else await (await import('./zone/zone-app.tsx')).openZoneApp(options);
}
