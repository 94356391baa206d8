/**
 * The store's side, a process of its own as every store is, so that neither what the other arms leave behind nor the
 * collecting of it is reckoned to its account: `fork('sending-store.ts', [FILE, URL, TOKEN])`. Told "send" it sends all
 * that the journal has and headquarters have not, and answers with how that ended.
 */
import { HqClient } from '@kairos/hq-sync/link/hq-client.ts';
import { Pace } from '@kairos/hq-sync/link/pace.ts';
import { type UploadEnding, upload } from '@kairos/hq-sync/link/upload.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { openJournal } from '@kairos/store-server/journal/open-journal.ts';

export type SendingStoreSaid = { readonly kind: 'ready' } | { readonly kind: 'sent'; readonly ending: UploadEnding };

const [file = '', url = '', token = ''] = process.argv.slice(2);
const journal = await openJournal({ file, groupMs: 10, ports: systemPorts });
const client = new HqClient({ url, token });
const pace = new Pace();
const say = (said: SendingStoreSaid): void => void process.send?.(said);
process.on('message', async () => {
  say({ kind: 'sent', ending: await upload({ client, facts: journal.upward, ports: systemPorts, pace }) });
});
process.once('disconnect', async () => {
  client.close();
  await journal.close();
});
say({ kind: 'ready' });
