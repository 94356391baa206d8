/** Starts the handheld's page: line, kept answers, model, React; and the worker that keeps the shell. Decides nothing. */
import '@kairos/ui/base.css';
import './screens/handheld.css';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { facesReady } from '@kairos/ui/faces.ts';
import { createRoot } from 'react-dom/client';
import { openHandheldLink } from './link/handheld-link.ts';
import { answersInBrowser } from './link/kept-answers.ts';
import { App } from './screens/app.tsx';
import { Bell } from './view/bell.ts';
import { HandheldPage } from './view/handheld-page.ts';

const asked = new URLSearchParams(location.search);
const scheme = asked.get('scheme');
if (scheme === 'dark' || scheme === 'light') document.documentElement.dataset.scheme = scheme;

const place = document.getElementById('page');
if (!place) throw new Error('index.html has lost its #page');
const root = createRoot(place);
const page = new HandheldPage(systemPorts, answersInBrowser());
await Promise.all([facesReady(systemPorts.timers), page.takeUp()]);
root.render(<App page={page} bell={new Bell()} ports={systemPorts} leave={(path) => location.assign(path)} />);
page.connect(
  openHandheldLink(systemPorts.clock, {
    line: (line) => page.heardLine(line),
    view: (view, offset) => page.heardView(view, offset),
    plan: (plan) => page.heardPlan(plan),
  }),
);
// Only where the store is trusted (https, or this machine); elsewhere the page works in reach of the store alone.
void navigator.serviceWorker?.register('/handheld/sw.js', { scope: '/handheld/' }).catch(() => undefined);
