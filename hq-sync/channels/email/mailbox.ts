/**
 * The mailbox that bounces and replies come to, read by IMAP (imapflow). How far it was read is committed with what
 * followed from each mail, so that every mail is taken once, whoever dies when and however many processes read. Mails
 * stay where they are; who looks after the mailbox deletes them.
 */

import type { Ports } from '@kairos/protocol/ports.ts';
import type { ImapFlow } from 'imapflow';
import type { Database } from '../../database/database.ts';
import { ChannelFault, type FaultKind } from '../channel-faults.ts';
import { Rounds } from '../rounds.ts';
import { sortMail } from './incoming-mail.ts';
import { type Taken, takeMail } from './take-mail.ts';

export interface MailboxConfig {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly user: string;
  readonly password: string;
  readonly folder: string;
}

export interface MailboxOptions {
  readonly config: MailboxConfig;
  readonly database: Database;
  readonly ports: Pick<Ports, 'clock' | 'timers'>;
  readonly onFault?: (error: Error) => void;
  /** Told that it was read. */
  readonly onWell?: () => void;
  /** Where the kill test kills. */
  readonly onStep?: (step: 'fetched' | 'taken') => void;
}

const everyMs = 60_000;
const connectMaxMs = 30_000;
/** Taken in one look; the rest with the next. */
const mailsMax = 500;
/** Bytes of a mail that are read: what follows is a picture. */
const mailBytesMax = 262_144;

export class Mailbox {
  readonly #options: MailboxOptions;
  readonly #rounds: Rounds;

  constructor(options: MailboxOptions) {
    this.#options = options;
    const { ports, onFault } = options;
    this.#rounds = new Rounds({ timers: ports.timers, everyMs, round: () => this.takeNew(), onFault });
  }

  start(): void {
    this.#rounds.start();
  }

  /** Ends when what is under way has ended. */
  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Everything that has come since; how much of what. Rejects where server or database do. */
  async takeNew(): Promise<Partial<Record<Taken, number>>> {
    const { host, port, secure, user, password, folder } = this.#options.config;
    // Read by those who have a mailbox.
    const { ImapFlow } = await import('imapflow');
    const client = new ImapFlow({
      host,
      port,
      secure,
      auth: { user, pass: password },
      logger: false,
      greetingTimeout: connectMaxMs,
      socketTimeout: connectMaxMs,
    });
    // A line that is cut rejects what waits on it.
    client.on('error', () => undefined);
    await client.connect().catch(failAs(faultOfConnecting));
    try {
      const box = await client.mailboxOpen(folder, { readOnly: true }).catch(failAs(() => 'imap-folder'));
      const counts = await this.#read(client, Number(box.uidValidity));
      this.#options.onWell?.();
      return counts;
    } finally {
      await client.logout().catch(() => client.close());
    }
  }

  async #read(client: ImapFlow, uidValidity: number): Promise<Partial<Record<Taken, number>>> {
    const from = await this.#lastUid(uidValidity);
    // "N:*" names the last mail even where that is older than N.
    const range = { uid: `${from + 1}:*` };
    const uids: number[] = [];
    for await (const { uid } of client.fetch(range, { uid: true }, { uid: true })) if (uid > from) uids.push(uid);
    const counts: Partial<Record<Taken, number>> = {};
    for (const uid of uids.sort((one, other) => one - other).slice(0, mailsMax)) {
      const mail = await client.fetchOne(String(uid), { source: { maxLength: mailBytesMax } }, { uid: true });
      this.#options.onStep?.('fetched');
      const taken = await this.#take(uidValidity, uid, mail ? (mail.source ?? Buffer.alloc(0)) : Buffer.alloc(0));
      this.#options.onStep?.('taken');
      if (taken !== null) counts[taken] = (counts[taken] ?? 0) + 1;
    }
    return counts;
  }

  /** Null: another process has taken it. */
  async #take(uidValidity: number, uid: number, source: Buffer): Promise<Taken | null> {
    const { database, ports } = this.#options;
    const { simpleParser } = await import('mailparser');
    const came = sortMail(await simpleParser(source));
    return database.transaction(async (sql) => {
      const isNext = await sql.query(
        `UPDATE mailboxes SET last_uid = $3 WHERE mailbox = $1 AND uid_validity = $2 AND last_uid < $3
         RETURNING mailbox`,
        [this.#name(), uidValidity, uid],
      );
      if (isNext.length === 0) return null;
      return takeMail(sql, came, { id: `${uidValidity}:${uid}`, now: ports.clock.now() });
    });
  }

  /** A mailbox that was made anew numbers its mails anew: it is read from the beginning, and facts are recorded once. */
  async #lastUid(uidValidity: number): Promise<number> {
    const [row] = await this.#options.database.query<{ last_uid: number }>(
      `INSERT INTO mailboxes (mailbox, uid_validity, last_uid) VALUES ($1, $2, 0)
       ON CONFLICT (mailbox) DO UPDATE SET uid_validity = excluded.uid_validity,
         last_uid = CASE WHEN mailboxes.uid_validity = excluded.uid_validity THEN mailboxes.last_uid ELSE 0 END
       RETURNING last_uid`,
      [this.#name(), uidValidity],
    );
    return row?.last_uid ?? 0;
  }

  #name(): string {
    const { user, host, folder } = this.#options.config;
    return `${user}@${host}/${folder}`;
  }
}

interface ImapError extends Error {
  readonly authenticationFailed?: boolean;
  /** What the server said; the message says only that it was a no. */
  readonly responseText?: string;
}

function failAs(kindOf: (error: ImapError) => FaultKind): (error: ImapError) => never {
  return (error) => {
    throw new ChannelFault(kindOf(error), error.responseText ?? error);
  };
}

/** Who answers and lets nobody in, or nobody who answers. */
function faultOfConnecting(error: ImapError): FaultKind {
  return error.authenticationFailed ? 'imap-login' : 'imap-unreachable';
}
