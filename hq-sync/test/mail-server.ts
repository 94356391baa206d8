/** A real SMTP server (smtp-server) that keeps what it takes, and refuses what a test tells it to. */
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface TakenMail {
  readonly from: string;
  readonly to: string;
  readonly raw: string;
  readonly mail: ParsedMail;
}

export interface MailServer {
  readonly port: number;
  readonly taken: TakenMail[];
  /** What it says to the next senders, recipients or letters; null: it takes them. */
  refuse: { readonly at: 'sender' | 'recipient' | 'letter'; readonly code: number } | null;
  /** Keeps the letter and cuts the line instead of saying so. */
  isMute: boolean;
  /** Resolves when the nth letter is there. */
  untilTaken(count: number): Promise<void>;
  stop(): Promise<void>;
}

class Refusal extends Error {
  readonly responseCode: number;

  constructor(code: number) {
    super(`refused with ${code}`);
    this.responseCode = code;
  }
}

/** Port 0: any that is free. */
export async function startMailServer(port = 0): Promise<MailServer> {
  const waiting: (() => void)[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onMailFrom: (_, __, done) => done(self.refuse?.at === 'sender' ? new Refusal(self.refuse.code) : null),
    onRcptTo: (_, __, done) => done(self.refuse?.at === 'recipient' ? new Refusal(self.refuse.code) : null),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        if (self.refuse?.at === 'letter') return done(new Refusal(self.refuse.code));
        const raw = Buffer.concat(chunks);
        const { mailFrom, rcptTo } = session.envelope;
        self.taken.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address).join(),
          raw: raw.toString(),
          mail: await simpleParser(raw),
        });
        for (const wake of waiting) wake();
        if (!self.isMute) return done(null, 'kept');
        for (const connection of server.connections) (connection as unknown as { close(): void }).close();
      });
    },
  });
  // A client that is killed cuts its line.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const self: MailServer = {
    port: (server.server.address() as AddressInfo).port,
    taken: [],
    refuse: null,
    isMute: false,
    untilTaken: (count) =>
      new Promise((resolve) => {
        const look = (): void => (self.taken.length >= count ? resolve() : undefined);
        waiting.push(look);
        look();
      }),
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
  return self;
}
