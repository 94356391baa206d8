/**
 * The victim of the kill test: a process that carries out mails, and ends itself, without a word to anybody, once the
 * nth has come to a step. `node mortal-carrier.ts DATABASE SMTP-PORT STEP NTH`; ends with 0 when nothing is left. Its
 * leases are over at once for the next one: its clock stands as many leases later as it is told.
 */
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { Carrier } from '../channels/carrier.ts';
import { CommandBook, leaseMs } from '../channels/command-book.ts';
import { SmtpSender } from '../channels/email/smtp-sender.ts';
import { linkKeyOf } from '../customers/personal-link.ts';
import { openPostgres } from '../database/postgres.ts';

const [url = '', smtpPort = '', dieAt = '', nth = '1', life = '0', base = '0'] = process.argv.slice(2);
let left = Number(nth);
const database = await openPostgres(url);
const linkKey = linkKeyOf('the key of this chain');
const start = systemPorts.clock.monotonic();
const clock = {
  now: () => Number(base) + Number(life) * 2 * leaseMs + Math.round(systemPorts.clock.monotonic() - start),
  monotonic: systemPorts.clock.monotonic,
};
const ports = { clock, timers: systemPorts.timers };
const smtp = { host: '127.0.0.1', port: Number(smtpPort), secure: false, requireTls: false };
const carrier = new Carrier({
  database,
  book: new CommandBook({ database, who: `process-${process.pid}`, tagKey: linkKey }),
  ports,
  rules: { quietHours: { from: 0, to: 0 }, timeZone: 'UTC' },
  channels: {
    email: new SmtpSender({
      config: { smtp, from: 'hello@example.com', domain: 'example.com' },
      web: { origin: 'https://hello.example.com', linkKey, linkDays: 60 },
      ports,
    }),
  },
  without: [],
  onStep: (step) => {
    if (step !== dieAt) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  },
});
await carrier.carryDue();
await database.close();
