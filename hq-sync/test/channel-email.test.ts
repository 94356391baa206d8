/** Mail out, over a real SMTP server: what goes out, when, to whom, once; and what is said of it. */
import { type SimulatedPorts, simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { fromIso, toIso } from '@kairos/protocol/time.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Carrier } from '../channels/carrier.ts';
import { CommandBook } from '../channels/command-book.ts';
import { SmtpSender } from '../channels/email/smtp-sender.ts';
import { linkKeyOf, openLink } from '../customers/personal-link.ts';
import { setPreferences } from '../customers/preference-book.ts';
import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { openPglite } from '../database/pglite.ts';
import { addCommand, addPerson, commandRow, day, factsOf, origin, someWords } from './channel-stand.ts';
import { type MailServer, startMailServer } from './mail-server.ts';

const noon = fromIso('2026-11-22T12:00:00Z') ?? 0;
const hour = 3_600_000;
const linkKey = linkKeyOf('the key of this chain');

let database: Database;
let server: MailServer;
let ports: SimulatedPorts;
let carrier: Carrier;
let people = 0;

beforeAll(async () => {
  database = await openPglite(null);
  await migrate(database);
  server = await startMailServer();
});
afterAll(async () => {
  await server?.stop();
  await database?.close();
});
beforeEach(async () => {
  await database.query('TRUNCATE commands, carriage, tags, own_facts, customers, consents, to_fold, preferences');
  server.taken.length = 0;
  server.refuse = null;
  server.isMute = false;
  ports = simulatedPorts({ startMs: noon, seed: 1 });
  carrier = carrierOf('hq-1');
});

function carrierOf(who: string, port = server.port): Carrier {
  const web = { origin, linkKey, linkDays: 60 };
  const smtp = { host: '127.0.0.1', port, secure: false, requireTls: false };
  const config = { smtp, from: 'The Shop <hello@example.com>', domain: 'example.com' };
  return new Carrier({
    database,
    book: new CommandBook({ database, who, tagKey: linkKey }),
    ports,
    rules: { quietHours: { from: 20 * 60, to: 8 * 60 }, timeZone: 'UTC' },
    channels: { email: new SmtpSender({ config, web, ports }) },
    without: ['mail'],
  });
}

const nextName = (): string => {
  people += 1;
  return `Ada${people}`;
};

async function given({
  name = nextName(),
  locale = 'en',
  timeZone = 'UTC',
  address = undefined as object | undefined,
  kind = 'email',
  until = noon + 10 * day,
  words = someWords as object,
} = {}): Promise<{ id: string; command: string }> {
  const id = await addPerson(database, { name, locale, timeZone, ...(address ? { address } : {}) });
  return { id, command: await addCommand(database, { chainId: id, kind, madeAt: noon, until, words }) };
}

describe('a mail', () => {
  it('says the same in text and HTML, names itself, its answers and how to stop it', async () => {
    const { id, command } = await given({ name: 'Ada' });
    await carrier.carryDue();
    const [taken] = server.taken;
    expect(taken?.to).toBe('ada@example.net');
    expect(taken?.from).toMatch(/^bounces\+[a-z2-7]{32}@example\.com$/);
    const { mail } = taken!;
    const tag = /\+(.+)@/.exec(taken!.from)?.[1];
    expect(mail.messageId).toBe(`<${tag}.kairos@example.com>`);
    expect(mail.subject).toBe('We miss you');
    expect(mail.date?.getTime()).toBe(noon);
    expect(mail.from?.text).toBe('"The Shop" <hello@example.com>');
    const header = (name: string): string =>
      new RegExp(`^${name}: (.*(?:\r\n[ \t].*)*)`, 'im').exec(taken!.raw)?.[1] ?? '';
    expect(header('Auto-Submitted')).toBe('auto-generated');
    expect(header('Content-Language')).toBe('en');
    expect(header('List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click');
    expect(header('List-Unsubscribe')).toMatch(/^<https:\/\/hello\.example\.com\/stop\/[\w-]+>$/);
    for (const said of [
      'Hello Ada',
      'It has been a while',
      'Shall we have something ready?',
      'Yes, please',
      'Not now',
    ]) {
      expect(mail.text).toContain(said);
      expect(mail.html).toContain(said);
    }
    const links = [...(mail.text ?? '').matchAll(/https:\/\/hello\.example\.com\/w\/([\w-]+)\?answer=(\w+)/g)];
    expect(links.map(([, , answer]) => answer)).toEqual(['yes', 'notNow']);
    expect(openLink(links[0]?.[1] ?? '', linkKey, noon)).toEqual({
      kind: 'good',
      chainId: id,
      purpose: `web:${command}`,
    });
    expect(mail.text).toContain(`${origin}/preferences/`);
    expect(taken!.raw).not.toContain(id);
    expect(mail.html).not.toMatch(/<img|<script|url\(/);
  });

  it('is sent once: it is done with the time of acceptance, and the engine is told', async () => {
    const { command } = await given();
    await carrier.carryDue();
    ports.advance(day);
    await carrier.carryDue();
    expect(server.taken).toHaveLength(1);
    expect(await commandRow(database, command)).toMatchObject({ state: 'done', outcome: { tries: 1 } });
    expect(await factsOf(database, command)).toEqual([{ type: 'email.sent', at: noon, body: { message: command } }]);
    expect(await database.query('SELECT chain_id FROM to_fold')).toHaveLength(1);
  });

  it('cannot be broken out of by what a dialogue says', async () => {
    const words = {
      ...someWords,
      subject: 'Hello\r\nBcc: eve@example.org\r\n\r\nbody',
      headline: '<script>alert(1)</script>',
      body: `"><img src=x> & 'so on'`,
      answers: [{ id: 'yes', label: '</a><b>Yes', form: [] }],
    };
    await given({ name: '<i>Eve</i>', address: { email: 'eve@example.net' }, words });
    await carrier.carryDue();
    const { mail, raw, to } = server.taken[0]!;
    expect(to).toBe('eve@example.net');
    expect(raw.slice(0, raw.indexOf('\r\n\r\n'))).not.toMatch(/^Bcc:/im);
    expect(mail.subject).toBe('Hello Bcc: eve@example.org body');
    expect(mail.html).not.toMatch(/<script|<img|<i>|<b>/);
    expect(mail.text).toContain(`"><img src=x> & 'so on'`);
  });

  it('in Arabic is written from the right', async () => {
    await given({ name: 'ليلى', locale: 'ar', address: { email: 'layla@example.net' } });
    await carrier.carryDue();
    const { mail } = server.taken[0]!;
    expect(mail.html).toContain('<html lang="ar" dir="rtl">');
    expect(mail.text).toContain('مرحبًا ليلى');
  });

  it('that cannot be written holds up none of the others, and is given up in the end', async () => {
    const bad = await addCommand(database, {
      ...{ chainId: 'no-chain-id', kind: 'email', madeAt: noon, until: noon + 2 * hour, id: 'bad-1' },
      words: ['no', 'words'],
    });
    await database.query(`INSERT INTO customers (chain_id, address, made_at, changed_at) VALUES ($1, $2, 0, 0)`, [
      'no-chain-id',
      JSON.stringify({ email: 'x@example.net' }),
    ]);
    await database.query(`INSERT INTO consents VALUES ('no-chain-id', 'email', 0, true, 'import')`);
    const { command } = await given();
    await carrier.carryDue();
    expect(await commandRow(database, command)).toMatchObject({ state: 'done' });
    expect(await commandRow(database, bad)).toMatchObject({ state: 'open' });
    ports.advance(2 * hour);
    await carrier.carryDue();
    expect(await commandRow(database, bad)).toMatchObject({ state: 'failed', outcome: { reason: 'expired' } });
  });

  it('to several addresses in one field goes to nobody', async () => {
    const { command } = await given({ address: { email: 'a@example.net, b@example.net' } });
    await carrier.carryDue();
    expect(server.taken).toEqual([]);
    expect(await factsOf(database, command)).toMatchObject([{ type: 'email.bounced', body: { reason: 'no-address' } }]);
  });
});

describe('at the moment of sending', () => {
  it('her quiet hours are waited out, by the clock on her wall', async () => {
    const { command } = await given({ timeZone: 'Pacific/Auckland' });
    await carrier.carryDue();
    expect(server.taken).toEqual([]);
    expect(await commandRow(database, command)).toMatchObject({ state: 'open' });
    ports.advance(6 * hour + 59 * 60_000);
    await carrier.carryDue();
    expect(server.taken).toEqual([]);
    ports.advance(60_000);
    await carrier.carryDue();
    expect(server.taken).toHaveLength(1);
    expect(await factsOf(database, command)).toMatchObject([{ type: 'email.sent', at: noon + 7 * hour }]);
  });

  it('a consent that was withdrawn since stops it', async () => {
    const { id, command } = await given();
    await database.query(`INSERT INTO consents VALUES ($1, 'email', $2, false, 'page')`, [id, noon - 1]);
    await carrier.carryDue();
    expect(server.taken).toEqual([]);
    expect(await commandRow(database, command)).toMatchObject({ state: 'withdrawn', outcome: { reason: 'consent' } });
    expect(await factsOf(database, command)).toMatchObject([{ type: 'email.bounced', body: { reason: 'consent' } }]);
  });

  it('a pause that she asked for is waited out, or is the end of it', async () => {
    const { id, command } = await given();
    const short = await addCommand(database, {
      chainId: id,
      kind: 'email',
      madeAt: noon,
      until: noon + hour,
      id: 'short-lived',
    });
    await setPreferences(database, id, { frequency: 'any', pausedUntil: noon + day }, noon);
    await carrier.carryDue();
    expect(await commandRow(database, short)).toMatchObject({ state: 'failed', outcome: { reason: 'paused' } });
    ports.advance(day);
    await carrier.carryDue();
    expect(await commandRow(database, command)).toMatchObject({ state: 'done' });
    expect(server.taken).toHaveLength(1);
  });

  it('what is past its time is not sent, nor what nobody here can send', async () => {
    const late = await given({ until: noon });
    const letter = await given({ kind: 'mail' });
    await carrier.carryDue();
    expect(server.taken).toEqual([]);
    expect(await factsOf(database, late.command)).toMatchObject([
      { type: 'email.bounced', body: { reason: 'expired' } },
    ]);
    const notHere = { type: 'email.bounced', body: { reason: 'not-configured' } };
    expect(await factsOf(database, letter.command)).toMatchObject([notHere]);
  });
});

describe('a server', () => {
  it('that says not now is asked again, ever later, and the mail keeps its name', async () => {
    const { command } = await given();
    server.refuse = { at: 'letter', code: 451 };
    for (const minutes of [1, 2, 4]) {
      await carrier.carryDue();
      expect(await commandRow(database, command)).toMatchObject({ state: 'open' });
      ports.advance(minutes * 60_000 - 1);
      expect(await carrier.carryDue()).toBe(0);
      ports.advance(1);
    }
    server.refuse = null;
    await carrier.carryDue();
    expect(server.taken).toHaveLength(1);
    expect(await commandRow(database, command)).toMatchObject({ state: 'done', outcome: { tries: 4 } });
  });

  it('that keeps saying so until the time is over has not said it to her', async () => {
    const { command } = await given({ until: noon + 90_000 });
    server.refuse = { at: 'recipient', code: 450 };
    await carrier.carryDue();
    ports.advance(60_000);
    await carrier.carryDue();
    const [fact] = await factsOf(database, command);
    expect(fact).toMatchObject({ type: 'email.bounced', body: { reason: expect.stringContaining('expired') } });
  });

  it('that says never is believed, with its reason', async () => {
    const { command } = await given();
    server.refuse = { at: 'recipient', code: 550 };
    await carrier.carryDue();
    expect(await commandRow(database, command)).toMatchObject({ state: 'failed', outcome: { reason: 'refused' } });
    const [fact] = await factsOf(database, command);
    expect(fact).toMatchObject({ type: 'email.bounced', body: { reason: expect.stringContaining('550') } });
  });

  it('that is not there is waited for', async () => {
    const { command } = await given();
    await carrierOf('hq-1', 1).carryDue();
    expect(await commandRow(database, command)).toMatchObject({ state: 'open' });
    ports.advance(60_000);
    await carrier.carryDue();
    expect(server.taken).toHaveLength(1);
  });

  it('that goes without a word after it has everything gets it once more under the same name, and never again', async () => {
    const { command } = await given();
    server.isMute = true;
    for (const _ of Array.from({ length: 4 })) {
      await carrier.carryDue();
      ports.advance(hour);
    }
    expect(server.taken).toHaveLength(2);
    expect(new Set(server.taken.map(({ mail }) => mail.messageId)).size).toBe(1);
    expect(await commandRow(database, command)).toMatchObject({ state: 'uncertain' });
    const [fact] = await factsOf(database, command);
    expect(fact).toMatchObject({ type: 'email.sent' });
    expect(toIso(fact?.at ?? 0)).toBe('2026-11-22T13:00:00.000Z');
  });
});

it('several processes at once send each mail once', async () => {
  for (let count = 0; count < 50; count += 1) await given();
  await Promise.all(['hq-1', 'hq-2', 'hq-3'].map((who) => carrierOf(who).carryDue()));
  const names = server.taken.map(({ mail }) => mail.messageId);
  expect(names).toHaveLength(50);
  expect(new Set(names).size).toBe(50);
});
