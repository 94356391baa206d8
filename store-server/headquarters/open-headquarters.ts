/** The store's end of the line to its headquarters, put together: what is taken from them, and who is asked for. */
import { HqClient } from '@kairos/hq-sync/link/hq-client.ts';
import type { Foundations, Mind } from '../mind.ts';
import { ChangeTaker } from './change-taker.ts';
import { type AskTally, CustomerAsker } from './customer-asker.ts';
import { HqLine } from './hq-line.ts';
import { ReleaseTaker } from './release-taker.ts';

/** Null where this store has no headquarters: nothing asks, nothing waits. */
export function openHeadquarters(
  parts: Foundations & Mind & { readonly cleanElsewhere: () => Promise<void> },
): { readonly line: HqLine; readonly asker: CustomerAsker } | null {
  const { config, journal, clock, ports, log, listeners } = parts;
  const { hq, store } = config;
  if (hq === null) return null;
  const releases = hq.releaseKey === null ? null : new ReleaseTaker({ ...parts, key: hq.releaseKey });
  const { url, token, ca } = hq;
  const client = new HqClient({ url, token, ...(ca === null ? {} : { ca }) });
  const taker = new ChangeTaker({ ...parts, chainKey: config.chainKey, defaultLocale: store.locale });
  const asker = new CustomerAsker({ ...parts, client, taker });
  listeners.push((facts) => asker.heard(facts));
  listeners.push((facts) => taker.noteEnded(facts));
  listeners.push((facts) => {
    for (const subject of taker.waitsFor(facts)) ports.timers.after(0, () => taker.settle(subject));
  });
  const asked = (): AskTally => asker.tally;
  const line = new HqLine({ store, hq, client, taker, asked, journal, releases, clock, ports, log });
  return { line, asker };
}
