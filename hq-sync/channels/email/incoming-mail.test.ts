/**
 * What mail servers send back in forms of their own. The samples are written here after the formats as they are
 * published (RFC 3464, 3834, 5965, 8098; QSBMF; Exim's specification), around words that the formats do not fix.
 */
import { simpleParser } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { type IncomingMail, sortMail } from './incoming-mail.ts';
import { messageIdOf, returnPathOf, tagOf } from './message-tag.ts';

const tag = tagOf('secret', 'a'.repeat(32), 'command');
const messageId = messageIdOf(tag, 'shop.example');
const verp = returnPathOf(tag, 'shop.example');
const replyTo = verp.replace('bounces', 'replies');

/** Our letter, as a server brings it back: its own words must decide nothing. */
const ours = `Received: from mail.shop.example (192.0.2.7) by mx.example.net; 5.4.1 of something
From: The Shop <hello@shop.example>
To: ada@example.net
Message-ID: ${messageId}
Subject: Delivery delayed? Your order could not be delivered

Undeliverable: 550 5.1.1 stands in our own words.`;

interface Mail {
  readonly from?: string;
  readonly to?: string;
  readonly subject: string;
  readonly heads?: readonly string[];
  readonly body: string;
}

async function sort({
  from = 'Mail Delivery System <MAILER-DAEMON@mx.example.net>',
  to = verp,
  ...mail
}: Mail): Promise<IncomingMail> {
  const heads = [`From: ${from}`, `To: ${to}`, `Subject: ${mail.subject}`, ...(mail.heads ?? [])];
  return sortMail(await simpleParser(Buffer.from(`${heads.join('\n')}\n\n${mail.body}\n`.replace(/\n/g, '\r\n'))));
}
const nullPath = 'Return-Path: <>';
const utf8 = 'Content-Type: text/plain; charset=utf-8';
const report = (type: string): string => `Content-Type: multipart/report; report-type=${type}; boundary="B"`;

describe('a failure in a form of its own', () => {
  const failures: readonly (readonly [name: string, mail: Mail, status: string, reason: RegExp])[] = [
    [
      'qmail (QSBMF)',
      {
        subject: 'failure notice',
        heads: [nullPath],
        body: `Hi. This is the qmail-send program at mx.example.net.\nThis did not work out.\n\n<ada@example.net>:\nNobody here has that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n${ours}`,
      },
      '5.1.1',
      /^Nobody here has that name/,
    ],
    [
      'qmail without any code, and without a return path',
      {
        from: 'MAILER-DAEMON',
        subject: 'failure notice',
        body: `Hi. This is the deliver program at mx.example.net.\nIt has given up.\n\n<ada@example.net>:\nThe host has no such name.\n\n--- Enclosed.\n\n${ours}`,
      },
      '',
      /^The host has no such name/,
    ],
    [
      'Exim',
      {
        subject: 'Mail delivery failed: returning message to sender',
        heads: ['X-Failed-Recipients: ada@example.net', 'Auto-Submitted: auto-replied'],
        body: `A program has made this.\n\n  ada@example.net\n    host mx.example.net [192.0.2.9]\n    SMTP error from remote mail server after RCPT TO:<ada@example.net>:\n    550 5.7.1 not wanted here\n\n------ This is a copy of the message, including all the headers. ------\n\n${ours}`,
      },
      '5.7.1',
      /^550 5\.7\.1 not wanted here$/,
    ],
    [
      'Exim, after days of trying: it was given up, though the reason may pass',
      {
        subject: 'Mail delivery failed: returning message to sender',
        heads: ['X-Failed-Recipients: ada@example.net', 'Auto-Submitted: auto-replied'],
        body: `  ada@example.net\n    452 4.2.2 the box is full: retry timeout exceeded\n\n------ This is a copy of the message. ------\n${ours}`,
      },
      '4.2.2',
      /box is full/,
    ],
    [
      'Exchange, without a report',
      {
        from: 'Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.net>',
        subject: 'Undeliverable: We miss you',
        heads: [nullPath, 'X-MS-Exchange-Message-Is-Ndr:', `In-Reply-To: ${messageId}`],
        body: `Your message to ada@example.net has come to nobody.\n\nRemote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound'\n\nOriginal message headers:\n\n${ours}`,
      },
      '5.1.10',
      /RecipientNotFound/,
    ],
    [
      'Postfix, its words alone',
      {
        subject: 'Undelivered Mail Returned to Sender',
        heads: [nullPath, 'Auto-Submitted: auto-replied'],
        body: `This is the mail system at host mx.example.net.\n\n<ada@example.net>: host mx.example.org[192.0.2.9] said: 550 no such person\n    (in reply to RCPT TO command)\n\n${ours}`,
      },
      '550',
      /said: 550 no such person$/,
    ],
    [
      'Yahoo',
      {
        from: 'MAILER-DAEMON@yahoo.example',
        subject: 'Failure Notice',
        body: `Sorry, we were unable to deliver your message to the following address.\n\n<ada@yahoo.example>:\n554: delivery error: this box is closed [-5]\n\n--- Below this line is a copy of the message.\n\n${ours}`,
      },
      '554',
      /box is closed/,
    ],
    [
      'German',
      {
        from: '=?utf-8?q?Postmaster_der_Beispielwerke?= <postmaster@beispiel.example>',
        subject: 'Unzustellbar: Wir vermissen Sie',
        heads: [utf8],
        body: `Ihre Nachricht konnte nicht zugestellt werden.\n\nada@beispiel.example\nDas Postfach gibt es nicht.\n\n${ours}`,
      },
      '',
      /Postfach gibt es nicht/,
    ],
    [
      'a report inside of another wrapping',
      {
        subject: 'Undelivered Mail Returned to Sender',
        heads: [nullPath, 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary="B"'],
        body: `--B\nContent-Type: text/plain\n\nNot delivered.\n\n--B\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; ada@example.net\nAction: failed\nStatus: 5.1.1\n\n--B--`,
      },
      '5.1.1',
      /5\.1\.1/,
    ],
  ];

  it.each(failures)('%s', async (_, mail, status, reason) => {
    expect(await sort(mail)).toEqual({ kind: 'failed', tag, status, reason: expect.stringMatching(reason) });
  });

  it.each(failures)('%s: known by the letter that it brings back, where the address tells nothing', async (_, mail) => {
    const brings = mail.body.includes(messageId);
    const sorted = await sort({ ...mail, to: 'postmaster@shop.example' });
    expect(sorted).toMatchObject(brings ? { kind: 'failed', tag } : { kind: 'unknown' });
  });
});

describe('no failure', () => {
  it.each<readonly [string, Mail]>([
    [
      'Exim’s warning that it still tries',
      {
        subject: 'Warning: message 1abcde-000001-AB delayed 24 hours',
        heads: ['Auto-Submitted: auto-replied'],
        body: `Not yet delivered to ada@example.net: 451 4.7.1 come again.\nNo action is required. Should it be given up, the mail is returned to sender.\n\n${ours}`,
      },
    ],
    [
      'a delay in German',
      { subject: 'Zustellung verzögert', heads: [nullPath, utf8], body: 'Weitere Zustellversuche folgen.' },
    ],
    [
      'somebody is away',
      {
        from: 'Ada <ada@example.net>',
        subject: 'Automatische Antwort: Wir vermissen Sie',
        heads: [nullPath, 'Auto-Submitted: auto-replied', utf8],
        body: 'Ich bin bis Montag nicht da, Antworten kommen verzögert.',
      },
    ],
    [
      'she has opened it, says her program (RFC 8098)',
      {
        from: 'Ada <ada@example.net>',
        subject: 'Read: We miss you',
        heads: ['MIME-Version: 1.0', report('disposition-notification')],
        body: `--B\nContent-Type: text/plain\n\nIt was displayed.\n--B\nContent-Type: message/disposition-notification\n\nOriginal-Message-ID: ${messageId}\nDisposition: manual-action/MDN-sent-manually; displayed\n--B--`,
      },
    ],
  ])('%s', async (_, mail) => {
    expect(await sort(mail)).toEqual({ kind: 'automatic' });
  });

  it.each<readonly [string, Mail]>([
    ['a plain answer', { subject: 'Re: We miss you', body: 'Yes, gladly. My old address could not be delivered to.' }],
    [
      'an answer that quotes a failure',
      {
        subject: 'Re: Undeliverable: We miss you',
        body: 'What is this?\n\n> 550 5.1.1 no such person\n> delivery failed',
      },
    ],
    [
      'an answer whose server says that nobody made it automatically',
      {
        subject: 'AW: Wir vermissen Sie',
        heads: ['Auto-Submitted: no', 'Return-Path: <ada@example.net>'],
        body: 'Ja.',
      },
    ],
  ])('she writes: %s', async (_, mail) => {
    expect(await sort({ from: 'Ada <ada@example.net>', to: replyTo, ...mail })).toMatchObject({ kind: 'written', tag });
  });
});

describe('unclear, and for a person', () => {
  it.each<readonly [string, Mail]>([
    [
      'a mail server in words that nobody here knows',
      { subject: 'メール配信エラー', heads: [nullPath, utf8], body: '届きませんでした。' },
    ],
    [
      'nobody to answer to, and no more is said',
      { from: 'Ada <ada@example.net>', subject: 'Hm', heads: [nullPath], body: 'Hm.' },
    ],
    [
      'who is away and says what is not delivered',
      {
        from: 'Ada <ada@example.net>',
        subject: 'Out of office',
        heads: ['Auto-Submitted: auto-replied'],
        body: 'I have left. Your message could not be delivered to me.',
      },
    ],
    [
      'the title of a failure from no machine',
      {
        from: 'IT <it@example.net>',
        subject: 'Undeliverable: We miss you',
        body: 'Delivery has failed: no such person.',
      },
    ],
    [
      'a complaint to her provider (RFC 5965)',
      {
        from: 'Abuse <abuse@example.net>',
        subject: 'FW: We miss you',
        heads: ['MIME-Version: 1.0', report('feedback-report')],
        body: `--B\nContent-Type: text/plain\n\nThis is a report of abuse.\n--B\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n--B\nContent-Type: message/rfc822\n\n${ours}\n--B--`,
      },
    ],
  ])('%s', async (_, mail) => {
    expect(await sort(mail)).toMatchObject({ kind: 'unclear', tag });
  });

  it('of nothing that was sent it is unknown', async () => {
    const mail = { to: 'bounces@shop.example', subject: 'failure notice', body: 'Hi. This is the qmail-send program.' };
    expect(await sort(mail)).toEqual({ kind: 'unknown' });
  });
});
