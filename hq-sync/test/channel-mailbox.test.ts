/** What comes back, through Debian's dovecot and over HTTP: bounces, replies, machines; each taken once. */
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import fastify from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { serveBounces } from '../channels/email/bounce-routes.ts';
import { Mailbox } from '../channels/email/mailbox.ts';
import { messageIdOf, returnPathOf, tagOf } from '../channels/email/message-tag.ts';
import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { openPglite } from '../database/pglite.ts';
import { type Dovecot, startDovecot } from '../process/dovecot.ts';
import { addCommand, addPerson, commandRow, day, factsOf, someWords } from './channel-stand.ts';

const domain = 'example.com';
const now = 1_800_000_000_000;
const ports = simulatedPorts({ startMs: now, seed: 1 });

let dovecot: Dovecot;
let database: Database;
let people = 0;

beforeAll(async () => {
  [dovecot, database] = await Promise.all([startDovecot(), openPglite(null)]);
  await migrate(database);
});
afterAll(async () => {
  await dovecot?.stop();
  await database?.close();
});
beforeEach(() => database.query('TRUNCATE commands, carriage, tags, own_facts, customers, consents, to_fold, replies'));

function mailbox(onStep?: (step: 'fetched' | 'taken') => void): Mailbox {
  const { port, user, password } = dovecot;
  const config = { host: '127.0.0.1', port, secure: false, user, password, folder: 'INBOX' };
  return new Mailbox({ config, database, ports, ...(onStep ? { onStep } : {}) });
}

/** One that was sent, and its names outside. */
async function sent(words: object = someWords): Promise<{ command: string; messageId: string; returnPath: string }> {
  people += 1;
  const chainId = await addPerson(database, { name: `Ada${people}` });
  const command = await addCommand(database, { chainId, kind: 'email', madeAt: now, until: now + day, words });
  const tag = tagOf('secret', chainId, command);
  await database.query('INSERT INTO tags (tag, chain_id, command) VALUES ($1, $2, $3)', [tag, chainId, command]);
  await database.query(`UPDATE commands SET state = 'done' WHERE command = $1`, [command]);
  return { command, messageId: messageIdOf(tag, domain), returnPath: returnPathOf(tag, domain) };
}

function report({ to, action = 'failed', status = '5.1.1', enclosed = '' }: Record<string, string>): string {
  return `From: Mail Delivery System <MAILER-DAEMON@mx.example.net>
To: ${to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; ada@example.net
Action: ${action}
Status: ${status}
Diagnostic-Code: smtp; 550 5.1.1 <ada@example.net>:
    no such user

--B
Content-Type: message/rfc822

${enclosed || 'Subject: We miss you'}

--B--
`.replace(/\n/g, '\r\n');
}

const reply = (
  to: string,
  more = '',
  text = 'I moved to Leeds.\n\nOn Monday you wrote:\n> We miss you\n> come back',
): string =>
  `From: Ada <ada@example.net>\nTo: ${to}\nSubject: Re: We miss you\nMessage-ID: <1@example.net>\n${more}\n${text}\n`.replace(
    /\n/g,
    '\r\n',
  );

it('a bounce means that she never had it, whether its address or the letter in it tells which', async () => {
  const [byAddress, byLetter] = [await sent(), await sent()];
  dovecot.deliver(report({ to: byAddress.returnPath }));
  dovecot.deliver(report({ to: 'postmaster@example.com', enclosed: `Message-ID: ${byLetter.messageId}` }));
  expect(await mailbox().takeNew()).toEqual({ bounced: 2 });
  for (const { command } of [byAddress, byLetter]) {
    const reason = expect.stringMatching(/^bounced: 5\.1\.1 550 5\.1\.1 .*no such user$/);
    expect(await factsOf(database, command)).toEqual([
      { type: 'email.bounced', at: now, body: { message: command, reason } },
    ]);
    expect(await commandRow(database, command)).toMatchObject({ state: 'failed', outcome: { reason: 'bounced' } });
  }
});

it('a delay, a machine’s answer, a list and a stranger change nothing', async () => {
  const { command, returnPath, messageId } = await sent();
  dovecot.deliver(report({ to: returnPath, action: 'delayed', status: '4.4.1' }));
  dovecot.deliver(reply(returnPath, 'Auto-Submitted: auto-replied (vacation)\n'));
  dovecot.deliver(reply(returnPath, 'X-Autoreply: yes\n'));
  dovecot.deliver(reply(returnPath, 'Precedence: bulk\n'));
  dovecot.deliver(reply('bounces@example.com'));
  dovecot.deliver('no mail at all');
  // Of a tag that nobody gave out.
  dovecot.deliver(
    report({
      to: returnPathOf('a'.repeat(32), domain),
      enclosed: `Message-ID: ${messageIdOf('b'.repeat(32), domain)}`,
    }),
  );
  expect(await mailbox().takeNew()).toEqual({ nothing: 4, unknown: 3 });
  expect(await factsOf(database, command)).toEqual([]);
  expect(messageId).not.toBe('');
});

it('what she writes herself is kept for a person, without what she answers to', async () => {
  const { command, returnPath, messageId } = await sent();
  dovecot.deliver(reply(returnPath.replace('bounces', 'replies')));
  dovecot.deliver(reply('hello@example.com', `In-Reply-To: ${messageId}\n`, 'And another thing.'));
  expect(await mailbox().takeNew()).toEqual({ kept: 2 });
  const rows = await database.query('SELECT command, sender, words FROM replies ORDER BY id');
  expect(rows).toEqual([
    { command, sender: 'ada@example.net', words: 'I moved to Leeds.' },
    { command, sender: 'ada@example.net', words: 'And another thing.' },
  ]);
  expect(await factsOf(database, command)).toEqual([]);
});

it('and is an answer where the dialogue asks for one', async () => {
  const { command, returnPath } = await sent({
    ...someWords,
    answers: [{ id: 'replied', label: 'Write back', form: [] }],
  });
  dovecot.deliver(reply(returnPath));
  expect(await mailbox().takeNew()).toEqual({ answered: 1 });
  expect(await factsOf(database, command)).toMatchObject([{ type: 'message.answered', body: { answer: 'replied' } }]);
});

it('a failure in another form counts as well; what is unclear is for a person, and no answer of hers', async () => {
  const [plain, soft, unclear] = [
    await sent(),
    await sent(),
    await sent({ ...someWords, answers: [{ id: 'replied', label: 'Write back', form: [] }] }),
  ];
  const back = (to: string, subject: string, text: string): string =>
    reply(to, 'Return-Path: <>\n', text)
      .replace('From: Ada <ada@example.net>', 'From: MAILER-DAEMON')
      .replace('Re: We miss you', subject);
  const lead = 'Hi. This is the qmail-send program at mx.example.net.\n\n<ada@example.net>:\nNo such person. (#5.1.1)';
  dovecot.deliver(back(plain.returnPath, 'failure notice', `${lead}\n\n--- Below.\n\nMessage-ID: ${plain.messageId}`));
  dovecot.deliver(report({ to: soft.returnPath, status: '4.2.2' }));
  dovecot.deliver(back(unclear.returnPath, 'Hm', 'Something went wrong.'));
  expect(await mailbox().takeNew()).toEqual({ bounced: 2, unclear: 1 });
  const outcomes = [await commandRow(database, plain.command), await commandRow(database, soft.command)];
  expect(outcomes).toMatchObject([
    { state: 'failed', outcome: { reason: 'bounced', isLasting: true } },
    { state: 'failed', outcome: { reason: 'bounced', isLasting: false } },
  ]);
  expect(await factsOf(database, unclear.command)).toEqual([]);
  expect(await database.query('SELECT command, words, is_unclear FROM replies')).toEqual([
    { command: unclear.command, words: 'Something went wrong.\n', is_unclear: true },
  ]);
});

it('what no database keeps stops nothing: it is left out of the words, and the mails behind it are read', async () => {
  const [odd, cut, next] = [await sent(), await sent(), await sent()];
  const nul = Buffer.from('Moved\u0000 to Leeds.').toString('base64');
  dovecot.deliver(reply(odd.returnPath, 'MIME-Version: 1.0\nContent-Transfer-Encoding: base64\n', nul));
  // The reason is cut by its length, through the middle of an emoji.
  const reason = `${'x'.repeat(149)}\u{1f45f} and more`;
  dovecot.deliver(report({ to: cut.returnPath }).replace('550 5.1.1 <ada@example.net>:', reason));
  dovecot.deliver(reply(next.returnPath));
  expect(await mailbox().takeNew()).toEqual({ kept: 2, bounced: 1 });
  const words = await database.query('SELECT words FROM replies ORDER BY id');
  expect(words).toEqual([{ words: 'Moved to Leeds.' }, { words: 'I moved to Leeds.' }]);
});

it('each mail is taken once, whoever dies when and however many read', async () => {
  const all = await Promise.all(Array.from({ length: 12 }, () => sent()));
  for (const { returnPath } of all) dovecot.deliver(reply(returnPath));
  // A process that dies at any step of its third mail: nothing of it is committed, or all of it.
  for (const step of ['fetched', 'taken'] as const) {
    let left = 3;
    const dying = mailbox((at) => {
      if (at === step) left -= 1;
      if (left === 0) throw new Error('killed');
    });
    await expect(dying.takeNew()).rejects.toThrow('killed');
  }
  await Promise.all([mailbox().takeNew(), mailbox().takeNew()]);
  expect(await mailbox().takeNew()).toEqual({});
  expect(await database.query('SELECT command FROM replies')).toHaveLength(12);
});

it('a mail service may say it over HTTP, with its own token', async () => {
  const { command, messageId } = await sent();
  const app = fastify();
  serveBounces(app, { database, ports, token: 'of-the-service' });
  const post = async (token: string, bounces: unknown): Promise<[number, unknown]> => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await app.inject({ method: 'POST', url: '/v1/bounces', headers, payload: { bounces } });
    return [answer.statusCode, answer.json()];
  };
  const bounce = { messageId, status: '5.2.1', reason: 'mailbox is closed' };
  expect((await post('another', [bounce]))[0]).toBe(401);
  expect((await post('of-the-service', 'all'))[0]).toBe(422);
  const stray = { messageId: '<other@example.org>' };
  expect(await post('of-the-service', [bounce, stray])).toEqual([200, { taken: 1, known: 0, unknown: 1 }]);
  expect(await post('of-the-service', [{ messageId: messageId.slice(1, -1) }])).toEqual([
    200,
    { taken: 0, known: 1, unknown: 0 },
  ]);
  const reason = 'bounced: 5.2.1 mailbox is closed';
  expect(await factsOf(database, command)).toMatchObject([{ type: 'email.bounced', body: { reason } }]);
  await app.close();
});
