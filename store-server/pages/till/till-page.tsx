/**
 * The page of a till: whose turn it is, what to know and what to say, the answers on their keys, what she was told
 * before. It asks for nothing and takes nothing: no focus, no sound, and a press on an answer leaves the till's own
 * field where it was.
 */
import type { Ports } from '@kairos/protocol/ports.ts';
import type { LaneView, PaperlessCoupon, TillKey, ToldBefore } from '@kairos/protocol/prompt-events.ts';
import { usePainted } from '@kairos/ui/use-painted.ts';
import { Check, Unplug } from 'lucide-react';
import { type ReactElement, useEffect, useRef, useSyncExternalStore } from 'react';
import { CouponView } from './coupon-view.tsx';
import { keyedAnswers, type LanePage, type LaneState, type ShownPrompt } from './lane-page.ts';
import { Press } from './press.tsx';
import { directionIn, type TillWords, wordsIn } from './words.ts';

export interface TillPageProps {
  readonly page: LanePage;
  readonly ports: Ports;
  readonly isFramed: boolean;
}

export function TillPage({ page, ports, isFramed }: TillPageProps): ReactElement {
  const { view, prompt, link } = useSyncExternalStore(page.subscribe, page.read);
  useKeys(page, isFramed);
  const locale = view?.locale ?? 'en';
  const words = wordsIn(locale);
  const customer = view?.customer ?? null;
  return (
    <main
      className="till"
      lang={locale}
      dir={directionIn(locale)}
      data-busy={customer === null && !view?.coupon ? undefined : ''}
    >
      <header className="till-who">
        <h1>{customer === null ? words.nobody : (customer.name ?? words.noName)}</h1>
        <Line link={link} words={words} />
      </header>
      {customer === null && !view?.coupon && <p className="till-waits">{words.waits}</p>}
      {customer === null && view && !view.coupon && (
        <p className="till-place">
          {view.store}, {view.till}
        </p>
      )}
      {view && prompt && <Prompt key={prompt.prompt.id} {...{ page, ports, view, shown: prompt, words }} />}
      {view?.coupon && <Paperless key={view.coupon.id} {...{ page, ports, view, words }} coupon={view.coupon} />}
      {view && customer && <Told view={view} words={words} />}
      {(customer || view?.coupon) && (
        <footer className="till-foot">
          <Press className="till-next" onPress={() => page.goneOn('voided')}>
            {words.next}
          </Press>
        </footer>
      )}
    </main>
  );
}

/** Of a page that has the focus itself; a frame hears keys from the till around it. */
function useKeys(page: LanePage, isFramed: boolean): void {
  useEffect(() => {
    if (isFramed) return;
    const press = (event: KeyboardEvent): void => {
      if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || !/^[0-3]$/.test(event.key)) return;
      page.press(event.key as TillKey);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [page, isFramed]);
}

function Line({ link, words }: Pick<LaneState, 'link'> & { readonly words: TillWords }): ReactElement | null {
  if (link.kind === 'connected' || link.kind === 'connecting') return null;
  const refusal = link.kind === 'refused' && link.reason === 'unknown-screen' ? words.unknownTill : words.refused;
  return (
    <p className="till-line" role="status">
      <Unplug aria-hidden />
      {link.kind === 'lost' ? words.lost : refusal}
    </p>
  );
}

interface PromptProps {
  readonly page: LanePage;
  readonly ports: Ports;
  readonly view: LaneView;
  readonly shown: ShownPrompt;
  readonly words: TillWords;
}

function Prompt({ page, ports, view, shown, words }: PromptProps): ReactElement {
  const card = useRef<HTMLElement>(null);
  const { prompt, answer } = shown;
  usePainted(card, ports, (agoMs) => page.paintedAt(prompt.id, agoMs));
  return (
    <section ref={card} className="till-prompt" aria-live="polite" data-state={shown.state}>
      {shown.state === 'answered' ? (
        <p className="till-noted">
          <Check aria-hidden />
          {words.noted}: {answer}
        </p>
      ) : (
        <>
          <div className="till-words">
            <p className="till-say" dir="auto">
              <span className="spoken-only">{words.say}: </span>
              <q>{prompt.say}</q>
            </p>
            {prompt.know !== '' && (
              <p className="till-know" dir="auto">
                <span className="till-label">{words.know}</span> {prompt.know}
              </p>
            )}
          </div>
          {prompt.coupon && <CouponView coupon={prompt.coupon} view={view} words={words} />}
          <ol className="till-answers">
            {keyedAnswers(prompt).map(({ key, label }) => (
              <li key={key}>
                <Press className={key === '0' ? 'till-out' : ''} onPress={() => page.press(key, 'touch')}>
                  <kbd>{key}</kbd>
                  <bdi>{label}</bdi>
                </Press>
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}

/** Of the sale that has just ended, where no printer is: for the till's scanner, or to be copied out for her. */
function Paperless({
  page,
  ports,
  view,
  words,
  coupon,
}: Omit<PromptProps, 'shown'> & { readonly coupon: PaperlessCoupon }): ReactElement {
  const card = useRef<HTMLElement>(null);
  usePainted(card, ports, (agoMs) => page.couponPainted(coupon.id, agoMs));
  return (
    <section ref={card} className="till-prompt" aria-live="polite">
      <CouponView coupon={coupon.coupon} view={view} words={words} />
    </section>
  );
}

function Told({ view, words }: { readonly view: LaneView; readonly words: TillWords }): ReactElement | null {
  // By a typed number nobody knows whose history it would be.
  if (view.told.length === 0 && view.customer?.strength !== 'strong') return null;
  return (
    <aside className="till-told">
      <h2>{words.told}</h2>
      {view.told.length === 0 ? (
        <p>{words.toldNothing}</p>
      ) : (
        <ul>
          {view.told.map((one) => (
            <ToldLine key={`${one.at}/${one.headline}`} one={one} view={view} words={words} />
          ))}
        </ul>
      )}
    </aside>
  );
}

function ToldLine({
  one,
  view,
  words,
}: {
  readonly one: ToldBefore;
  readonly view: LaneView;
  readonly words: TillWords;
}) {
  const when = new Intl.DateTimeFormat(view.locale, { timeZone: view.timeZone, day: 'numeric', month: 'short' });
  return (
    <li>
      <p className="till-headline" dir="auto">
        {one.headline}
      </p>
      <p className="till-when">
        {when.format(one.at)}, {words.channels[one.channel]}: {one.answer ?? words.noAnswer}
      </p>
    </li>
  );
}

export function SetUpNeeded(): ReactElement {
  return (
    <main className="till">
      <header className="till-who">
        <h1>Which till is this?</h1>
      </header>
      <p className="till-waits">Name it in the address, as the floor plan does: /till/?till=till-1</p>
    </main>
  );
}
