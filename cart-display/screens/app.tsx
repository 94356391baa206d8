/**
 * The page: picks the scene, sets language, direction, type and contrast on the document, listens for a scanner that
 * types. Each scene is a file of its own.
 */
import type { Ports } from '@kairos/protocol/ports.ts';
import { Amounts } from '@kairos/ui/amounts.ts';
import { lazy, type ReactElement, Suspense, useEffect, useMemo, useState } from 'react';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { useTranslation } from 'react-i18next';
import { aliveEveryMs, type KairosShell } from '../shell/bridge.ts';
import type { CartPage } from '../view/cart-page.ts';
import { isVisit, type PageState, plainSettings, sceneOf } from '../view/page-state.ts';
import { directionOf, formatLocale, type Language, languageOf } from '../words/languages.ts';
import { Goodbye } from './goodbye.tsx';
import { Idle } from './idle.tsx';
import { Login } from './login.tsx';
import { PageProvider, usePageState } from './page-context.ts';
import { Refused, Starting } from './starting.tsx';
import { useScanner } from './use-scanner.ts';
import { Visit } from './visit.tsx';

/** Shoppers never need it. */
const StaffExit = lazy(async () => ({ default: (await import('./staff-exit.tsx')).StaffExit }));

/** Nobody has touched the screen in the dock for this long: she has gone, and so does what she keyed and chose. */
const untouchedMaxMs = 45_000;

export interface AppProps {
  readonly page: CartPage;
  readonly ports: Ports;
  readonly shell: KairosShell | null;
  /** Of the store. */
  readonly origin: string;
}

export function App({ page, ports, shell, origin }: AppProps): ReactElement {
  const state = usePageState(page);
  const language = useDocument(state);
  const locale = formatLocale(language, state.view?.locale ?? language);
  const currency = state.view?.currency ?? 'EUR';
  const amounts = useMemo(() => new Amounts(locale, currency), [locale, currency]);
  const value = useMemo(
    () => ({ page, ports, amounts, language, shell, origin }),
    [page, ports, amounts, language, shell, origin],
  );
  useSignOfLife(page, ports, shell);
  useScanner(page);
  return (
    <I18nProvider locale={language}>
      <PageProvider value={value}>
        <SceneOf state={state} page={page} ports={ports} shell={shell} />
      </PageProvider>
    </I18nProvider>
  );
}

function SceneOf({
  state,
  page,
  ports,
  shell,
}: Omit<AppProps, 'origin'> & { readonly state: PageState }): ReactElement {
  const scene = sceneOf(state);
  const [isStaffHere, setIsStaffHere] = useState(false);
  const [isHere, setIsHere] = useState(false);
  const [touches, setTouches] = useState(0);
  // A scanned card that was refused brings her here, too.
  const isLogin = scene === 'idle' && (isHere || state.login.kind !== 'ready');

  useEffect(() => {
    if (scene !== 'idle') setIsHere(false);
  }, [scene]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each touch sets the time-out anew
  useEffect(() => {
    if (scene !== 'idle' || !(isLogin || state.settings !== plainSettings)) return;
    return ports.timers.after(untouchedMaxMs, () => {
      page.clearDock();
      setIsHere(false);
    });
  }, [scene, isLogin, touches, state.settings, page, ports]);

  if (shell && isStaffHere && (scene === 'idle' || scene === 'starting' || scene === 'refused')) {
    return (
      <Suspense>
        <StaffExit shell={shell} onBack={() => setIsStaffHere(false)} />
      </Suspense>
    );
  }
  if (scene === 'starting') return <Starting state={state} onStaff={() => setIsStaffHere(true)} />;
  if (scene === 'refused') return <Refused onStaff={() => setIsStaffHere(true)} />;
  if (scene === 'goodbye') return <Goodbye state={state} />;
  if (scene === 'idle') {
    const leave = (): void => {
      page.login.settle();
      setIsHere(false);
    };
    return isLogin ? (
      <Login state={state} onBack={leave} onTouch={() => setTouches((count) => count + 1)} />
    ) : (
      <Idle state={state} onStart={() => setIsHere(true)} onStaff={() => setIsStaffHere(true)} />
    );
  }
  return <Visit state={state} />;
}

/** The shell loads a page anew that says nothing for too long, and keeps the display awake while somebody shops. */
function useSignOfLife(page: CartPage, ports: Ports, shell: KairosShell | null): void {
  useEffect(() => {
    if (!shell) return;
    let cancel = (): void => undefined;
    const say = (): void => {
      shell.alive({ isInVisit: isVisit(page.read().view) });
      cancel = ports.timers.after(aliveEveryMs, say);
    };
    say();
    return () => cancel();
  }, [page, ports, shell]);
}

function useDocument(state: PageState): Language {
  const { i18n } = useTranslation();
  const { settings, view } = state;
  const language = settings.language ?? languageOf(view?.locale ?? i18n.language);
  useEffect(() => {
    const { documentElement: html } = document;
    html.lang = language;
    html.dir = directionOf(language);
    html.dataset.type = settings.isLargeType ? 'large' : 'regular';
    if (settings.isMoreContrast || window.matchMedia('(prefers-contrast: more)').matches) {
      html.dataset.contrast = 'more';
    } else delete html.dataset.contrast;
    if (i18n.language !== language) void i18n.changeLanguage(language);
  }, [language, settings, i18n]);
  return language;
}
