/** Starts the manager's page: one line to the store, one page that shows what comes over it. */
import '@kairos/ui/base.css';
import './shell.css';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { facesReady } from '@kairos/ui/faces.ts';
import { createRoot } from 'react-dom/client';
import { openManagerLink } from './link/manager-link.ts';
import { Shell } from './shell.tsx';

// On the wall in the evening: /manager/?scheme=dark; in a language whoever has signed in: ?lang=de
const asked = new URLSearchParams(location.search);
const scheme = asked.get('scheme');
if (scheme === 'dark' || scheme === 'light') document.documentElement.dataset.scheme = scheme;

const page = document.getElementById('page');
if (!page) throw new Error('index.html has lost its #page');
const root = createRoot(page);
const link = openManagerLink(systemPorts.clock);
facesReady(systemPorts.timers).then(() =>
  root.render(<Shell link={link} ports={systemPorts} locale={asked.get('lang')} />),
);
