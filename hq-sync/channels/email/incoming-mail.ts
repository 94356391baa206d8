/**
 * What has come back: sorted into a failure to deliver (RFC 3464), a machine's answer, and what a person wrote. Parsed by
 * mailparser; which command it is about is told by the address that it came to (VERP) and by the Message-IDs that it
 * names. Pure, once parsed.
 */
import type { ParsedMail } from 'mailparser';
import { tagsIn } from './message-tag.ts';

export type IncomingMail =
  /** It will never reach her. `status`: "5.1.1". */
  | { readonly kind: 'failed'; readonly tag: string; readonly status: string; readonly reason: string }
  /** Delayed, relayed, delivered, out of the office: nothing follows. */
  | { readonly kind: 'automatic' }
  | {
      readonly kind: 'written';
      readonly tag: string;
      readonly sender: string;
      readonly subject: string;
      readonly words: string;
    }
  /** About nothing that we have sent. */
  | { readonly kind: 'unknown' };

const reasonMax = 150;
/** What a list of failed recipients looks at. */
const reportMax = 20_000;

export function sortMail(mail: ParsedMail): IncomingMail {
  const tag = tagOfMail(mail);
  const report = reportOf(mail);
  if (report !== null) {
    if (!/^failed$/i.test(field(report, 'Action'))) return { kind: 'automatic' };
    if (tag === null) return { kind: 'unknown' };
    const status = field(report, 'Status');
    const reason = field(report, 'Diagnostic-Code').replace(/^smtp;\s*/i, '') || status;
    return { kind: 'failed', tag, status, reason: reason.slice(0, reasonMax) };
  }
  if (isAutomatic(mail)) return { kind: 'automatic' };
  if (tag === null) return { kind: 'unknown' };
  return {
    kind: 'written',
    tag,
    sender: mail.from?.value[0]?.address ?? '',
    subject: mail.subject ?? '',
    words: withoutQuotes(mail.text ?? ''),
  };
}

/** The first that the envelope names; then what it answers to; then, of a report, the letter that it brings back. */
function tagOfMail(mail: ParsedMail): string | null {
  const heads = mail.headerLines.map(({ line }) => line);
  const of = (name: RegExp): string => heads.filter((line) => name.test(line)).join('\n');
  const enclosed = mail.attachments
    .filter(({ contentType }) => /^(message\/rfc822|text\/rfc822-headers|message\/global)/.test(contentType))
    .map(({ content }) => content.toString('utf8').slice(0, reportMax));
  const places = [
    of(/^(to|delivered-to|x-original-to|envelope-to):/i),
    of(/^(in-reply-to|references|original-message-id):/i),
    ...enclosed,
    // Where the report of a small server has it in its words alone.
    reportOf(mail) === null ? '' : (mail.text ?? '').slice(0, reportMax),
  ];
  for (const place of places) {
    const [tag] = tagsIn(place.replace(/replies\+/gi, 'bounces+').replace(/\r?\n[ \t]+/g, ' '));
    if (tag !== undefined) return tag;
  }
  return null;
}

/** The machine-readable part, which mailparser appends to the text; null where the mail is no report. */
function reportOf(mail: ParsedMail): string | null {
  const type = mail.headers.get('content-type') as { value?: string; params?: Record<string, string> } | undefined;
  if (type?.value !== 'multipart/report' || type.params?.['report-type'] !== 'delivery-status') return null;
  const attached = mail.attachments.find(({ contentType }) => contentType === 'message/delivery-status');
  return `${mail.text ?? ''}\n${attached?.content.toString('utf8') ?? ''}`.slice(0, reportMax);
}

function field(report: string, name: string): string {
  const match = new RegExp(`^${name}:[ \\t]*(.*(?:\\r?\\n[ \\t]+.*)*)`, 'im').exec(report);
  return (match?.[1] ?? '').replace(/\s+/g, ' ').trim();
}

/** RFC 3834, and what was in use before it. */
function isAutomatic({ headers, from }: ParsedMail): boolean {
  const said = (name: string): string => String(headers.get(name) ?? '').toLowerCase();
  const submitted = said('auto-submitted');
  if (submitted !== '' && submitted !== 'no') return true;
  if (headers.has('x-autoreply') || headers.has('x-autorespond') || headers.has('list-id')) return true;
  if (/^(bulk|junk|list|auto_reply)/.test(said('precedence'))) return true;
  return /^(mailer-daemon|postmaster|no-?reply)@/i.test(from?.value[0]?.address ?? '');
}

/** What she wrote, without what she answers to. */
function withoutQuotes(text: string): string {
  const lines = text.replace(/\r\n/g, '\n').split('\n');
  const quoted = lines.findIndex(
    (line, at) => /^>/.test(line) && lines.slice(at, at + 2).every((one) => /^>|^$/.test(one)),
  );
  const own = quoted < 0 ? lines : lines.slice(0, quoted);
  if (quoted > 0 && /:\s*$/.test(own.at(-1) ?? '')) own.pop();
  return own.join('\n').trim();
}
