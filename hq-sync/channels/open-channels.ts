/**
 * The off-site half of headquarters, put together from the configuration: what carries commands out, and the pages and
 * hooks through which answers come back. A channel that nobody has set up carries nothing, and it is said of each of its
 * commands.
 */
import { randomBytes } from 'node:crypto';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { FastifyInstance } from 'fastify';
import { linkKeyOf } from '../customers/personal-link.ts';
import type { Database } from '../database/database.ts';
import { CallList } from './calls/call-list.ts';
import { servePeoplePages } from './calls/call-routes.ts';
import { Carrier, type Channel } from './carrier.ts';
import type { ChannelFaults } from './channel-faults.ts';
import type { ChannelsConfig } from './channels-config.ts';
import { type CommandKind, commandKinds } from './command.ts';
import { CommandBook } from './command-book.ts';
import { serveBounces } from './email/bounce-routes.ts';
import { Mailbox } from './email/mailbox.ts';
import { SmtpSender } from './email/smtp-sender.ts';
import { PrintRun } from './post/print-run.ts';
import { serveAnswers } from './web/answer-routes.ts';
import { type Look, serveLook } from './web/look-files.ts';
import { takeForms } from './web/page-frame.ts';
import { endUnopened } from './web/unopened.ts';

export interface ChannelsOptions {
  readonly config: ChannelsConfig;
  readonly chainKey: string;
  readonly timeZone: string;
  readonly database: Database;
  readonly ports: Pick<Ports, 'clock' | 'timers'>;
  /** Other pages of the same look, in a scope that takes forms. */
  readonly alsoServe?: (scope: FastifyInstance, look: Look) => void;
  /** What keeps channels from working is noted here. */
  readonly faults: ChannelFaults;
}

export interface OpenChannels {
  readonly carrier: Carrier;
  /** Null where bounces come by HTTP, or not at all. */
  readonly mailbox: Mailbox | null;
  start(): void;
  /** Ends when what is under way has ended. */
  stop(): Promise<void>;
}

/** Adds the routes to `app`, which is not listening yet. */
export function openChannels(app: FastifyInstance, options: ChannelsOptions): OpenChannels {
  const { config, chainKey, timeZone, database, ports, faults } = options;
  const onFault = (error: Error): void => faults.note(error);
  const { email, mail, calls } = config;
  const linkKey = linkKeyOf(chainKey);
  const web = config.web ? { ...config.web, linkKey } : null;
  const rules = { quietHours: config.quietHours, timeZone };
  const callList = calls ? new CallList({ database, config: { teams: calls.teams, timeZone }, rules }) : null;
  const printing = mail ? new PrintRun({ config: { ...mail, timeZone }, database, ports, web }) : null;
  const channels: Partial<Record<CommandKind, Channel>> = {
    ...(email && web ? { email: new SmtpSender({ config: email, web, ports }) } : {}),
    ...(printing ? { mail: printing } : {}),
  };
  // Calls wait for a representative, pages for her to open them.
  const waits: readonly CommandKind[] = [...(callList ? ['call' as const] : []), ...(web ? ['web' as const] : [])];
  const carrier = new Carrier({
    database,
    book: new CommandBook({ database, who: `hq-${randomBytes(6).toString('hex')}`, tagKey: linkKey }),
    ports,
    rules,
    channels,
    without: commandKinds.filter((kind) => channels[kind] === undefined && !waits.includes(kind)),
    alsoDue: async () => {
      const now = ports.clock.now();
      await callList?.endOverdue(now);
      await printing?.carryOn();
      if (web) await endUnopened(database, now);
    },
    onFault,
    onWell: (kind) => {
      if (kind === 'email') faults.mended('smtp');
      if (kind === 'mail') faults.mended('letters');
    },
  });
  const mailbox = email?.imap
    ? new Mailbox({ config: email.imap, database, ports, onFault, onWell: () => faults.mended('imap') })
    : null;
  app.register(async (scope) => {
    takeForms(scope);
    const look = serveLook(scope);
    if (web) serveAnswers(scope, look, { database, ports, web });
    options.alsoServe?.(scope, look);
    servePeoplePages(scope, { database, ports, look, calls: callList, timeZone });
    if (email?.bounceToken !== undefined) serveBounces(scope, { database, ports, token: email.bounceToken });
  });
  return {
    carrier,
    mailbox,
    start: () => {
      carrier.start();
      mailbox?.start();
    },
    stop: async () => {
      await Promise.all([carrier.stop(), mailbox?.stop()]);
    },
  };
}
