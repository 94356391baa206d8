/** Starts the page of a till: its line, its model, the frame around it if there is one. Decides nothing. */
import '@kairos/ui/base.css';
import './till.css';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { facesReady } from '@kairos/ui/faces.ts';
import { createRoot } from 'react-dom/client';
import { LanePage } from './lane-page.ts';
import { readTillAddress } from './page-address.ts';
import { openFrame, type TillFrame } from './till-frame.ts';
import { createTillLink } from './till-link.ts';
import { SetUpNeeded, TillPage } from './till-page.tsx';

const { till, token, scheme } = readTillAddress(window.location);
if (scheme) document.documentElement.dataset.scheme = scheme;
const isFramed = window.parent !== window;
if (isFramed) document.documentElement.dataset.framed = '';
const root = createRoot(document.getElementById('page') as HTMLElement);

if (till === null) {
  root.render(<SetUpNeeded />);
} else {
  const ports = systemPorts;
  const epoch = ports.random.id();
  const frame: { current: TillFrame | null } = { current: null };
  const page: LanePage = new LanePage({
    till,
    epoch,
    ports,
    send: (batch) => link.send(batch),
    onAnswered: (prompt, answer) => frame.current?.answered(prompt, answer),
  });
  const link = createTillLink({ till, token, epoch, ports, page: () => page });
  if (isFramed) frame.current = openFrame({ page, window, body: document.body });
  await facesReady(ports.timers);
  root.render(<TillPage page={page} ports={ports} isFramed={isFramed} />);
  link.open();
}
