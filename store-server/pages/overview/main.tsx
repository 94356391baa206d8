/** Starts the overview page: one line to the store, one page that shows what comes over it. */
import '@kairos/ui/base.css';
import './overview.css';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { createRoot } from 'react-dom/client';
import { openOverview } from './overview-link.ts';
import { OverviewPage } from './overview-page.tsx';

// On the wall in the evening: /overview/?scheme=dark
const scheme = new URLSearchParams(location.search).get('scheme');
if (scheme === 'dark') document.documentElement.dataset.scheme = 'dark';

const page = document.getElementById('page');
if (!page) throw new Error('index.html has lost its #page');
createRoot(page).render(<OverviewPage link={openOverview(systemPorts.clock)} ports={systemPorts} />);
