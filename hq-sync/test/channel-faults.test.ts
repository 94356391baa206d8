/**
 * What keeps a channel from working is told once an hour with what to do, counted, seen by operators, and over when the
 * channel works: by headquarters with a mail server that is down, a mailbox that lets nobody in, a folder that is none.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Timers } from '@kairos/protocol/ports.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { openChromium } from '@kairos/ui/test/chromium.ts';
import { violations } from '@kairos/ui/test/look.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FaultStanding } from '../channels/channel-faults.ts';
import { Mailbox } from '../channels/email/mailbox.ts';
import { addPerson as addHqPerson, signIn } from '../people/people-book.ts';
import { type Dovecot, startDovecot } from '../process/dovecot.ts';
import { freePort } from '../process/free-port.ts';
import { type RunningHq, startHq } from '../server/hq.ts';
import { addCommand, addPerson, commandRow, day, origin } from './channel-stand.ts';
import { type MailServer, startMailServer } from './mail-server.ts';
import { picture } from './pictures.ts';

const noon = Date.UTC(2026, 10, 22, 12);
const minute = 60_000;
const ports = simulatedPorts({ startMs: noon, seed: 1 });
const told: FaultStanding[] = [];
/** What headquarters would do by themselves, by how long they wait: nothing is done while a test looks. */
const rounds = new Map<number, () => void>();
const byHand: Timers['after'] = (ms, round) => {
  rounds.set(ms, round);
  return () => undefined;
};

let folder: string;
let dovecot: Dovecot;
let hq: RunningHq;
let server: MailServer;
let smtpPort: number;
let people = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-faults-'));
  writeFileSync(join(folder, 'letters'), 'no folder');
  [dovecot, smtpPort] = await Promise.all([startDovecot(), freePort()]);
  hq = await startHq(
    {
      listen: { host: '127.0.0.1', port: 0 },
      database: { folder: null },
      chainKey: 'the key of this chain',
      timeZone: 'UTC',
      channels: {
        web: { origin, linkDays: 60 },
        email: {
          smtp: { host: '127.0.0.1', port: smtpPort, secure: false, requireTls: false },
          from: 'The Shop <hello@example.com>',
          domain: 'example.com',
          imap: imapWith({ password: 'not this one' }),
        },
        mail: { folder: join(folder, 'letters'), transitDays: 3, sender: [], fonts: [] },
        quietHours: { from: 0, to: 0 },
      },
    },
    { clock: ports.clock, timers: { after: byHand } },
    { onFault: (fault) => told.push(fault) },
  );
});
afterAll(async () => {
  await hq?.stop();
  await Promise.all([dovecot?.stop(), server?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

function imapWith(other: { password?: string; folder?: string; port?: number }) {
  const { port, user, password } = dovecot;
  return { host: '127.0.0.1', port, secure: false, user, password, folder: 'INBOX', ...other };
}

async function wanted(kind: 'email' | 'mail'): Promise<string> {
  people += 1;
  const chainId = await addPerson(hq.database, { name: `Ada${people}` });
  return addCommand(hq.database, { chainId, kind, madeAt: noon, until: noon + 10 * day });
}

const carryDue = (): Promise<number> | undefined => hq.channels?.carrier.carryDue();
const toldOf = (kind: string): FaultStanding[] => told.filter((fault) => fault.kind === kind);

async function health(): Promise<{ faults: FaultStanding[]; counts: Record<string, number> }> {
  // Asked and answered on one thread, which may have drawn letters for longer than a kept connection lives.
  const headers = { connection: 'close' };
  const answer = (await (await fetch(`http://127.0.0.1:${hq.port}/health`, { headers })).json()) as {
    channels: { faults: FaultStanding[]; counts: Record<string, number> };
  };
  return answer.channels;
}

test('a mail server that is down is told once an hour, counted, shown to operators, and over with the next mail', async () => {
  const mail = await wanted('email');
  // Tried after 1, 2, 4 … minutes: six times within the first hour.
  for (const wait of [1, 2, 4, 8, 16, 32]) {
    await carryDue();
    ports.advance(wait * minute);
  }
  expect(toldOf('smtp-unreachable')).toEqual([
    {
      kind: 'smtp-unreachable',
      said: expect.stringContaining('ECONNREFUSED'),
      ...{ since: noon, lastAt: noon, count: 1 },
      advice: expect.stringContaining('channels.email.smtp'),
    },
  ]);
  await carryDue();
  expect(toldOf('smtp-unreachable').map(({ count }) => count)).toEqual([1, 7]);
  expect(await health()).toMatchObject({
    faults: [{ kind: 'smtp-unreachable', since: noon, count: 7 }],
    counts: { 'smtp-unreachable': 7 },
  });
  await seenByOperator(/The mail server does not answer.*7 times: .*ECONNREFUSED/s, 'hq-faults-1440x900');
  expect(await commandRow(hq.database, mail)).toMatchObject({ state: 'open' });
  server = await startMailServer(smtpPort);
  ports.advance(60 * minute);
  await carryDue();
  expect(server.taken).toHaveLength(1);
  expect(await health()).toMatchObject({ faults: [], counts: { 'smtp-unreachable': 7 } });
});

test('a server that takes nothing from this sender says nothing about her: the mail is kept, and it is told', async () => {
  const mail = await wanted('email');
  server.refuse = { at: 'sender', code: 550 };
  await carryDue();
  expect(await commandRow(hq.database, mail)).toMatchObject({ state: 'open' });
  expect(toldOf('smtp-refused')).toMatchObject([{ said: expect.stringContaining('550') }]);
  server.refuse = { at: 'recipient', code: 550 };
  ports.advance(minute);
  await carryDue();
  // One who takes no mail is no fault of the channel, and shows that it talks.
  expect(await commandRow(hq.database, mail)).toMatchObject({ state: 'failed', outcome: { reason: 'refused' } });
  expect((await health()).faults).toEqual([]);
  server.refuse = null;
});

test('a folder in which no letter can be written is told, and the letter waits', async () => {
  const letter = await wanted('mail');
  await carryDue();
  expect(toldOf('letters-folder')).toMatchObject([
    { count: 1, advice: expect.stringContaining('channels.mail.folder') },
  ]);
  expect(await commandRow(hq.database, letter)).toMatchObject({ state: 'open' });
  expect(readFileSync(join(folder, 'letters'), 'utf8')).toBe('no folder');
  rmSync(join(folder, 'letters'));
  ports.advance(minute);
  await carryDue();
  expect(await commandRow(hq.database, letter)).toMatchObject({ state: 'done' });
  expect((await health()).faults).toEqual([]);
});

test.each([
  ['imap-login', { password: 'not this one' }],
  ['imap-folder', { folder: 'Nowhere' }],
  ['imap-unreachable', { port: 1 }],
])('a mailbox that cannot be read says why: %s', async (kind, other) => {
  const mailbox = new Mailbox({ config: imapWith(other), database: hq.database, ports });
  await expect(mailbox.takeNew()).rejects.toMatchObject({ kind });
});

test('the mailbox that headquarters read by themselves is told of as well', async () => {
  rounds.get(minute)?.();
  await expect.poll(() => toldOf('imap-login')).toMatchObject([{ count: 1, said: expect.stringMatching(/auth/i) }]);
  expect((await health()).faults).toMatchObject([{ kind: 'imap-login' }]);
});

async function seenByOperator(words: RegExp, name: string): Promise<void> {
  const who = { person: 'op', name: 'Olga Petrova', role: 'operator', team: '', locale: 'en' } as const;
  const password = await addHqPerson(hq.database, who, ports.clock.now());
  const signedIn = await signIn(hq.database, { person: 'op', password }, ports.clock.now());
  const value = signedIn.kind === 'in' ? signedIn.token : '';
  const browser = await openChromium();
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const url = `http://127.0.0.1:${hq.port}`;
    await context.addCookies([{ name: 'kairos-hq', value, url, httpOnly: true, sameSite: 'Strict' }]);
    const page = await context.newPage();
    await page.goto(`${url}/hq`);
    expect(await page.getByRole('region', { name: 'To be mended' }).innerText()).toMatch(words);
    expect(await violations(page)).toEqual([]);
    // The port is another one each time.
    await page
      .getByText(/ECONNREFUSED/)
      .last()
      .evaluate((said) => {
        said.textContent = 'connect ECONNREFUSED 203.0.113.7:587';
      });
    await picture(page, name);
  } finally {
    await browser.close();
  }
}
