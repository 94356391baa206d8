/** Wires the cart's page: address, line, outbox, model, words, React. Decides nothing. */
import './screens/page.css';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { facesReady } from '@kairos/ui/faces.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { createStoreLink } from './link/store-link.ts';
import { type PageAddress, readPageAddress } from './page-address.ts';
import { keptInBrowser, keptInMemory } from './queue/kept.ts';
import { App } from './screens/app.tsx';
import { SetUpNeeded } from './screens/set-up-needed.tsx';
import { shellOf } from './shell/bridge.ts';
import { CartPage } from './view/cart-page.ts';
import { languageOf } from './words/languages.ts';
import { createTranslation } from './words/translation.ts';

const shell = shellOf(window);
const settings = shell && (await shell.settings());
const address: PageAddress = settings
  ? { kind: 'cart', cart: settings.screen, isWatching: false, token: settings.token, scheme: null }
  : readPageAddress(window.location.search);
const translation = createTranslation(languageOf(navigator.language));
const root = createRoot(document.getElementById('root') as HTMLElement);

if (address.kind === 'unreadable') {
  root.render(<SetUpNeeded />);
} else {
  if (address.scheme) document.documentElement.dataset.scheme = address.scheme;
  const { cart, isWatching, token } = address;
  const epoch = systemPorts.random.id();
  const page = new CartPage({
    cart,
    epoch,
    isWatching,
    ports: systemPorts,
    kept: isWatching ? keptInMemory() : keptInBrowser(cart),
    send: (batch) => link.sendFacts(batch),
  });
  const link = createStoreLink({
    origin: settings?.store ?? window.location.origin,
    hello: { screen: cart, epoch, watching: isWatching, ...(token === null ? {} : { token }) },
    ports: systemPorts,
    on: page,
  });
  await Promise.all([facesReady(systemPorts.timers), page.takeUp()]);
  root.render(
    <StrictMode>
      <I18nextProvider i18n={translation}>
        <App page={page} ports={systemPorts} shell={shell} />
      </I18nextProvider>
    </StrictMode>,
  );
  link.open();
}
