/** What the server holds for a screen: asked by a second pair of eyes, which is shown everything and reports nothing. */
import type { CartView, Snapshot } from '@kairos/protocol/screen-events.ts';
import { screenNamespace } from '@kairos/protocol/screen-events.ts';
import { io } from 'socket.io-client';

export async function viewHeld(screen: string, ports: { readonly http: number }): Promise<CartView> {
  const socket = io(`http://127.0.0.1:${ports.http}${screenNamespace}`, {
    transports: ['websocket'],
    forceNew: true,
    auth: { screen, epoch: 'auditor', watching: true },
  });
  try {
    const { view } = await new Promise<Snapshot>((resolve, reject) => {
      socket.once('snapshot', resolve);
      socket.once('connect_error', reject);
    });
    return view;
  } finally {
    socket.disconnect();
  }
}
