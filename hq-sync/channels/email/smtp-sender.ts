/**
 * Mail out, by nodemailer over SMTP. What the server says is sorted into what a carrier needs to know: taken, not now
 * (4xx, or nobody answers), never (5xx), or lost after everything was handed over, which nobody can tell from taken.
 */

import { PassThrough } from 'node:stream';
import type { Clock, Timers } from '@kairos/protocol/ports.ts';
import { asDate } from '@kairos/protocol/time.ts';
import { createTransport, type Transporter } from 'nodemailer';
import { type Carried, type Channel, sendingMaxMs } from '../carrier.ts';
import { ChannelFault, type FaultKind } from '../channel-faults.ts';
import type { Claimed } from '../command-book.ts';
import { linksOf, type WebPlace } from '../web/links.ts';
import { writeLetter } from './letter.ts';
import { messageIdOf, returnPathOf } from './message-tag.ts';

const connectMaxMs = 30_000;
/** Of silence in the midst of a conversation. */
const silenceMaxMs = 60_000;
/** What a server says of itself may be long. */
const saidMax = 300;

export interface SmtpConfig {
  readonly smtp: {
    readonly host: string;
    readonly port: number;
    /** TLS from the first byte; else STARTTLS where the server offers it. */
    readonly secure: boolean;
    readonly user?: string | undefined;
    readonly password?: string | undefined;
    /** Sends nothing in clear. */
    readonly requireTls: boolean;
  };
  /** "The shop <hello@example.com>" */
  readonly from: string;
  /** Of Message-IDs, and of the address that bounces come back to. */
  readonly domain: string;
  /** Signs what goes out, the headers of stopping among it (RFC 8058). */
  readonly dkim?: { readonly selector: string; readonly key: string } | undefined;
}

export class SmtpSender implements Channel {
  readonly isHarmless = false;
  readonly #config: SmtpConfig;
  readonly #web: WebPlace;
  readonly #ports: { readonly clock: Clock; readonly timers: Timers };
  readonly #transport: Transporter;

  constructor(options: { config: SmtpConfig; web: WebPlace; ports: { clock: Clock; timers: Timers } }) {
    const { config } = options;
    this.#config = config;
    this.#web = options.web;
    this.#ports = options.ports;
    const { host, port, secure, user, password, requireTls } = config.smtp;
    this.#transport = createTransport({
      host,
      port,
      secure,
      requireTLS: requireTls,
      ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
      ...(config.dkim === undefined
        ? {}
        : {
            dkim: { domainName: config.domain, keySelector: config.dkim.selector, privateKey: config.dkim.key },
          }),
      connectionTimeout: connectMaxMs,
      greetingTimeout: connectMaxMs,
      socketTimeout: silenceMaxMs,
      // What a dialogue says is text: no address in it is fetched, no file is read.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    this.#transport.use('stream', (mail, done) => {
      const { onRead } = mail.data as Watched;
      mail.message.transform(
        () =>
          new PassThrough({
            flush: (end) => {
              onRead?.();
              end();
            },
          }),
      );
      done();
    });
  }

  async carry({ command, tag }: Claimed): Promise<Carried> {
    const links = linksOf(command, this.#web);
    const letter = writeLetter(command, links);
    const { from, domain } = this.#config;
    let isHandedOver = false;
    const watched: Watched = {
      onRead: () => {
        isHandedOver = true;
      },
    };
    const sent = this.#transport.sendMail({
      ...watched,
      from,
      to: { name: '', address: command.to.email },
      envelope: { from: returnPathOf(tag, domain), to: command.to.email },
      replyTo: returnPathOf(tag, domain).replace(/^bounces/, 'replies'),
      messageId: messageIdOf(tag, domain),
      date: asDate(this.#ports.clock.now()),
      subject: letter.subject,
      text: letter.text,
      html: letter.html,
      headers: {
        'List-Unsubscribe': { prepared: true, value: `<${links.stop}>` },
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        'Auto-Submitted': 'auto-generated',
        'Content-Language': letter.language,
      },
    });
    return this.#bounded(
      sent.then(
        ({ response }): Carried => ({ kind: 'accepted', said: clip(response ?? '') }),
        (error: SmtpFault): Carried => judge(error, isHandedOver),
      ),
    );
  }

  /** One try never outlasts the lease it is made under. */
  #bounded(sending: Promise<Carried>): Promise<Carried> {
    return new Promise((resolve) => {
      const cancel = this.#ports.timers.after(sendingMaxMs, () =>
        resolve({ kind: 'unclear', said: 'the server has not come to an end' }),
      );
      sending.then((carried) => {
        cancel();
        resolve(carried);
      });
    });
  }
}

/** Told when the last of a mail was read for sending: from then on the server may have it. */
interface Watched {
  readonly onRead?: () => void;
}

interface SmtpFault extends Error {
  readonly code?: string;
  readonly responseCode?: number;
  /** What was asked of the server when it said so. */
  readonly command?: string;
}

/** What a server says to these concerns her, or this letter. */
const aboutLetter: ReadonlySet<string> = new Set(['RCPT TO', 'DATA', 'API']);

function judge(error: SmtpFault, isHandedOver: boolean): Carried {
  const { message, code, responseCode, command = '' } = error;
  const said = clip(message);
  const isAboutLetter = aboutLetter.has(command) && code !== 'EAUTH';
  if (responseCode !== undefined && isAboutLetter) return { kind: responseCode >= 500 ? 'refused' : 'again', said };
  if (isHandedOver) return { kind: 'unclear', said };
  if (isAboutLetter) return { kind: 'again', said };
  // What is wrong between this server and ours (a password, a certificate) says nothing about her address.
  return { kind: 'again', said, fault: new ChannelFault(kindOf(error), error) };
}

function kindOf({ code, responseCode }: SmtpFault): FaultKind {
  if (code === 'EAUTH' || code === 'ENOAUTH') return 'smtp-login';
  if (code === 'ETLS') return 'smtp-tls';
  return responseCode === undefined ? 'smtp-unreachable' : 'smtp-refused';
}

function clip(text: string): string {
  return text.slice(0, saidMax);
}
