/** The page that helps a device to trust the store: compare, take, tell the device, open. */
import { Button } from '@kairos/ui/button.tsx';
import { Notice } from '@kairos/ui/notice.tsx';
import { MonitorSmartphone, TriangleAlert } from 'lucide-react';
import { type ReactElement, useEffect, useState } from 'react';
import type { TrustAnswer } from '../../tls/trust-routes.ts';
import { askStore } from '../sign-in/store-line.ts';
import { type Language, languageNames, languages } from '../sign-in/words/words.ts';
import { type TrustWords, trustWordsOf } from './words/words.ts';

export type Platform = 'android' | 'apple' | 'chrome';

export interface TrustPageProps {
  readonly language: Language;
  /** Whose steps stand open. */
  readonly platform: Platform;
}

type Told = { readonly kind: 'waiting' } | { readonly kind: 'unreachable' } | ({ readonly kind: 'told' } & TrustAnswer);

export function TrustPage({ language: first, platform }: TrustPageProps): ReactElement {
  const [language, setLanguage] = useState(first);
  const [told, setTold] = useState<Told>({ kind: 'waiting' });
  const words = trustWordsOf(language);
  useEffect(() => {
    void askStore<TrustAnswer>('/api/trust').then((answer) =>
      setTold(answer.kind === 'done' ? { kind: 'told', ...answer.body } : { kind: 'unreachable' }),
    );
  }, []);
  const title = words.title(told.kind === 'told' ? told.title : 'Kairos');
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dir = language === 'ar' ? 'rtl' : 'ltr';
    document.title = `${title} · Kairos`;
  }, [language, title]);
  return (
    <main className="trust">
      <header className="trust-head">
        <h1>{title}</h1>
        <select
          className="trust-language"
          aria-label="Language · Sprache · Idioma · Langue · اللغة"
          value={language}
          onChange={({ target: { value } }) => setLanguage(value as Language)}
        >
          {languages.map((one) => (
            <option key={one} value={one} lang={one}>
              {languageNames[one]}
            </option>
          ))}
        </select>
      </header>
      {told.kind === 'unreachable' && (
        <Notice tone="heed" icon={<TriangleAlert />}>
          {words.unreachable}
        </Notice>
      )}
      {told.kind === 'told' && told.authority === null && <Notice icon={<MonitorSmartphone />}>{words.alone}</Notice>}
      {told.kind === 'told' && told.authority !== null && (
        <Steps authority={told.authority} words={words} language={language} platform={platform} />
      )}
    </main>
  );
}

interface StepsProps {
  readonly authority: NonNullable<TrustAnswer['authority']>;
  readonly words: TrustWords;
  readonly language: Language;
  readonly platform: Platform;
}

function Steps({ authority, words, language, platform }: StepsProps): ReactElement {
  const { fingerprint, endsAtMs, addresses, trustAddress, qr } = authority;
  const ends = new Intl.DateTimeFormat(language, { dateStyle: 'long' }).format(endsAtMs);
  const [address] = addresses;
  return (
    <div className="trust-body">
      <div className="trust-steps">
        <p className="trust-why">{words.why}</p>
        <ol>
          <li>
            <h2>{words.compareTitle}</h2>
            <p className="trust-print figures" dir="ltr">
              {groupsOf(fingerprint).map((group) => (
                <span key={group.at}>{group.text}</span>
              ))}
            </p>
            <p>{words.compare}</p>
          </li>
          <li>
            <h2>{words.takeTitle}</h2>
            <a className="trust-link" href="/trust/kairos-store.crt">
              {words.take}
            </a>
            <p>{words.ends(ends)}</p>
          </li>
          <li>
            <h2>{words.tellTitle}</h2>
            <Told name="Android" steps={words.android} isOpen={platform === 'android'} />
            <Told name="iPhone, iPad" steps={words.apple} isOpen={platform === 'apple'} />
            <Told name={words.chromeName} steps={words.chrome} isOpen={platform === 'chrome'} />
          </li>
          <li>
            <h2>{words.openTitle}</h2>
            {address && <Button onPress={() => location.assign(`${address}/sign-in/`)}>{words.open}</Button>}
            {addresses.map((one) => (
              <p key={one} dir="ltr" className="trust-address">
                {one}
              </p>
            ))}
          </li>
        </ol>
      </div>
      <figure className="trust-qr">
        <QrCode rows={qr} label={trustAddress} />
        <figcaption>
          {words.qr}
          <span className="trust-address" dir="ltr">
            {trustAddress}
          </span>
        </figcaption>
      </figure>
    </div>
  );
}

function Told({ name, steps, isOpen }: { name: string; steps: readonly string[]; isOpen: boolean }): ReactElement {
  return (
    <details open={isOpen}>
      <summary>{name}</summary>
      <ul>
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ul>
    </details>
  );
}

/** Always dark on light: cameras expect it so. */
function QrCode({ rows, label }: { rows: readonly string[]; label: string }): ReactElement {
  const path = rows.flatMap((row, y) => [...row].map((cell, x) => (cell === '1' ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg viewBox={`0 0 ${rows.length} ${rows.length}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <rect width={rows.length} height={rows.length} className="trust-qr-light" />
      <path d={path} className="trust-qr-dark" />
    </svg>
  );
}

/** Eight groups of four bytes: what an eye can hold while it looks from one screen to the other. */
function groupsOf(fingerprint: string): { at: number; text: string }[] {
  const bytes = fingerprint.split(':');
  return Array.from({ length: Math.ceil(bytes.length / 4) }, (_, at) => ({
    at,
    text: bytes.slice(at * 4, at * 4 + 4).join(' '),
  }));
}
