/** The part of hq.yaml that says how to reach people off site. Everything that is wrong with it is said at once. */
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { MailboxConfig } from './email/mailbox.ts';
import type { SmtpConfig } from './email/smtp-sender.ts';
import { minuteOf } from './quiet-hours.ts';

const path = z.string().min(1, 'give a path, relative to this file');
const placeOrFile = z.union(
  [z.string().min(1), z.strictObject({ file: path })],
  'give it, or {file: …} with it inside',
);
const port = z.int().min(1).max(65_535, 'ports end at 65535');
const timeOfDay = z.string().transform((text, context) => {
  const minute = minuteOf(text);
  if (minute !== null) return minute;
  context.addIssue({ code: 'custom', message: 'give a time of day such as "20:00"' });
  return z.NEVER;
});
const domain = z
  .string()
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'give the domain that mail comes from, in small letters, such as example.com');

export const channelsDocument = z
  .strictObject({
    email: z
      .strictObject({
        smtp: z.strictObject({
          host: z.string().min(1),
          port: port.default(587),
          /** TLS from the first byte (usually port 465); else STARTTLS. */
          secure: z.boolean().default(false),
          /** False: in clear where the server offers no TLS. Only for one on this machine. */
          requireTls: z.boolean().default(true),
          user: z.string().min(1).optional(),
          password: placeOrFile.optional(),
        }),
        from: z.string().regex(/@/, 'give an address, or "Name <address>"').max(200),
        domain,
        dkim: z.strictObject({ selector: z.string().min(1), key: path }).optional(),
        /** The mailbox that bounces and replies come to. */
        imap: z
          .strictObject({
            host: z.string().min(1),
            port: port.default(993),
            secure: z.boolean().default(true),
            user: z.string().min(1),
            password: placeOrFile,
            folder: z.string().min(1).default('INBOX'),
          })
          .optional(),
        /** What a mail service that reports bounces over HTTP shows (POST /v1/bounces). */
        bounceToken: placeOrFile.optional(),
      })
      .optional(),
    calls: z
      .strictObject({
        teams: z
          .record(
            z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'a team is named in small letters, digits and hyphens'),
            z.strictObject({
              perDay: z.int().min(1, 'a team makes at least one call a day').max(100_000),
              roles: z.array(z.string().min(1)).default([]),
            }),
          )
          .refine((teams) => Object.keys(teams).length > 0, 'name at least one team'),
      })
      .optional(),
    mail: z
      .strictObject({
        folder: path,
        transitDays: z.int().min(0).max(60).default(3),
        /** Who writes, as it stands at the head of a letter. */
        sender: z.array(z.string().max(80)).max(6).default([]),
        /** TrueType or OpenType files, for alphabets that the house's own faces do not have. */
        fonts: z.array(path).max(12).default([]),
      })
      .optional(),
    web: z
      .strictObject({
        origin: z
          .string()
          .regex(/^https?:\/\/[^/\s]+$/, 'give where these pages are reached, such as https://hello.example.com'),
        linkDays: z.int().min(1).max(3650).default(60),
      })
      .optional(),
    quietHours: z.strictObject({ from: timeOfDay, to: timeOfDay }).prefault({ from: '20:00', to: '08:00' }),
  })
  .superRefine(({ email, web }, context) => {
    if (email && !web)
      context.addIssue({
        code: 'custom',
        path: ['web'],
        message: 'email needs it: its mails carry links to answer and to stop them',
      });
  });

export type ChannelsDocument = z.infer<typeof channelsDocument>;
type EmailDocument = NonNullable<ChannelsDocument['email']>;

/** With secrets and keys read, and paths made absolute. */
export type ChannelsConfig = Omit<ChannelsDocument, 'email'> & { readonly email?: EmailConfig | undefined };
export interface EmailConfig extends SmtpConfig {
  readonly imap?: MailboxConfig | undefined;
  readonly bounceToken?: string | undefined;
}

/** `at` makes a path absolute. Faults as a person can mend them. */
export function readChannels(
  { email, mail, ...plain }: ChannelsDocument,
  at: (name: string) => string,
): { readonly channels: ChannelsConfig; readonly faults: readonly string[] } {
  const faults: string[] = [];
  const read = (given: string | { file: string }, name: string): string => {
    if (typeof given === 'string') return given;
    const file = at(given.file);
    if (existsSync(file)) return readFileSync(file, 'utf8').trim();
    faults.push(`channels.email.${name}: there is no file ${file}`);
    return '';
  };
  for (const file of (mail?.fonts ?? []).map(at))
    if (!existsSync(file)) faults.push(`channels.mail.fonts: there is no file ${file}`);
  const channels = {
    ...plain,
    ...(email ? { email: readEmail(email, read) } : {}),
    ...(mail ? { mail: { ...mail, folder: at(mail.folder), fonts: mail.fonts.map(at) } } : {}),
  };
  return { channels, faults };
}

function readEmail(
  { smtp, imap, dkim, bounceToken, ...plain }: EmailDocument,
  read: (given: string | { file: string }, name: string) => string,
): EmailConfig {
  const { password, ...server } = smtp;
  return {
    ...plain,
    smtp: { ...server, ...(password === undefined ? {} : { password: read(password, 'smtp.password') }) },
    ...(imap ? { imap: { ...imap, password: read(imap.password, 'imap.password') } } : {}),
    ...(dkim ? { dkim: { selector: dkim.selector, key: read({ file: dkim.key }, 'dkim.key') } } : {}),
    ...(bounceToken === undefined ? {} : { bounceToken: read(bounceToken, 'bounceToken') }),
  };
}
