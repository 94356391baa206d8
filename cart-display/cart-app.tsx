/** Wires a cart's page: line, outbox, model, words, React. Decides nothing. */
import './screens/page.css';
import type { Ports } from '@kairos/protocol/ports.ts';
import { facesReady } from '@kairos/ui/faces.ts';
import { StrictMode } from 'react';
import type { Root } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { type AgentAddress, createAgentLine } from './link/agent-line.ts';
import { giveSignsOfLife } from './link/signs-of-life.ts';
import { createStoreLink } from './link/store-link.ts';
import { keptInBrowser, keptInMemory } from './queue/kept.ts';
import { App } from './screens/app.tsx';
import type { KairosShell } from './shell/bridge.ts';
import { CartPage } from './view/cart-page.ts';
import { languageOf } from './words/languages.ts';
import { createTranslation } from './words/translation.ts';

export interface AppOptions {
  readonly name: string;
  readonly isWatching: boolean;
  readonly token: string | null;
  readonly agent: AgentAddress | null;
  /** Of the store. */
  readonly origin: string;
  readonly shell: KairosShell | null;
  readonly ports: Ports;
  readonly root: Root;
}

export async function openCartApp(options: AppOptions): Promise<void> {
  const { name, isWatching, token, agent, origin, shell, ports, root } = options;
  const translation = createTranslation(languageOf(navigator.language));
  const epoch = ports.random.id();
  const agentLine =
    agent &&
    createAgentLine({
      cart: name,
      address: agent,
      ports,
      onScan: (outcome) => page.scannedOnCart(outcome),
      say: (words) => console.warn(words),
    });
  const page: CartPage = new CartPage({
    cart: name,
    epoch,
    isWatching,
    ports,
    kept: isWatching ? keptInMemory() : keptInBrowser(name),
    send: (batch) => link.sendFacts(batch),
    renewLine: () => link.renew(),
    sendPin: (pin) => link.sendPin(pin),
    ...(agentLine === null ? {} : { judgeOnCart: agentLine.judge }),
  });
  const link = createStoreLink({
    origin,
    hello: { screen: name, epoch, watching: isWatching, ...(token === null ? {} : { token }) },
    ports,
    on: page,
  });
  await Promise.all([facesReady(ports.timers), page.takeUp()]);
  root.render(
    <StrictMode>
      <I18nextProvider i18n={translation}>
        <App page={page} ports={ports} shell={shell} origin={origin} />
      </I18nextProvider>
    </StrictMode>,
  );
  link.open();
  agentLine?.open();
  const painted = (): string | null => {
    const { current } = page.read().glass;
    return current?.state === 'painted' ? current.message.id : null;
  };
  giveSignsOfLife({ ports, painted, send: (sign) => link.sendAlive(sign), document });
}
