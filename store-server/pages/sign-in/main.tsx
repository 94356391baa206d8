/** Starts the sign-in page: /sign-in/?next=/manager/ leads back; ?scheme=dark and ?lang=de are for a device’s shortcut. */
import '@kairos/ui/base.css';
import './sign-in.css';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { facesReady } from '@kairos/ui/faces.ts';
import { createRoot } from 'react-dom/client';
import { SignInPage } from './sign-in-page.tsx';
import { languageOf } from './words/words.ts';

const asked = new URLSearchParams(location.search);
const scheme = asked.get('scheme');
if (scheme === 'dark' || scheme === 'light') document.documentElement.dataset.scheme = scheme;
const language = languageOf([asked.get('lang') ?? [], ...navigator.languages].flat());

const page = document.getElementById('page');
if (!page) throw new Error('index.html has lost its #page');
const root = createRoot(page);
const leave = (path: string): void => location.assign(path);
facesReady(systemPorts.timers).then(() =>
  root.render(<SignInPage language={language} next={asked.get('next')} leave={leave} />),
);
