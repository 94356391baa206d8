/** Starts the trust page; the steps of the device that looks at it stand open. */
import '@kairos/ui/base.css';
import './trust.css';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { facesReady } from '@kairos/ui/faces.ts';
import { createRoot } from 'react-dom/client';
import { languageOf } from '../sign-in/words/words.ts';
import { type Platform, TrustPage } from './trust-page.tsx';

function platformOf(agent: string): Platform {
  if (/Android/.test(agent)) return 'android';
  return /iPhone|iPad/.test(agent) ? 'apple' : 'chrome';
}

const asked = new URLSearchParams(location.search);
const scheme = asked.get('scheme');
if (scheme === 'dark' || scheme === 'light') document.documentElement.dataset.scheme = scheme;
const language = languageOf([asked.get('lang') ?? [], ...navigator.languages].flat());

const page = document.getElementById('page');
if (!page) throw new Error('index.html has lost its #page');
const root = createRoot(page);
facesReady(systemPorts.timers).then(() =>
  root.render(<TrustPage language={language} platform={platformOf(navigator.userAgent)} />),
);
