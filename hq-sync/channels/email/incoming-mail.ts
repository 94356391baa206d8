/**
 * What has come back: sorted into a failure to deliver (RFC 3464, or by the signs of one), a machine's answer, what a
 * person wrote, and what nobody can tell from these. Parsed by mailparser; which command it is about is told by the
 * address that it came to (VERP) and by the Message-IDs that it names. Pure, once parsed.
 */
import type { ParsedMail } from 'mailparser';
import { failureSignsOf, saysItAnswers } from './failure-signs.ts';
import { tagsIn } from './message-tag.ts';

export type IncomingMail =
  /** It will never reach her. `status`: "5.1.1", "550", or empty. */
  | { readonly kind: 'failed'; readonly tag: string; readonly status: string; readonly reason: string }
  /** Delayed, relayed, delivered, out of the office: nothing follows. */
  | { readonly kind: 'automatic' }
  /** `unclear`: perhaps a failure, perhaps a complaint; for a person to read, and no word of hers. */
  | {
      readonly kind: 'written' | 'unclear';
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
  const report = reportOf(mail);
  const signs = failureSignsOf(mail);
  // What a report has only in its words; hers name nothing.
  const tag = tagOfMail(mail, report !== null || signs.kind !== 'none' ? (mail.text ?? '') : '');
  // She has opened it, or a program has: nothing that we asked for.
  if (reportTypeOf(mail) === 'disposition-notification') return { kind: 'automatic' };
  if (report !== null) {
    if (!/^failed$/i.test(field(report, 'Action'))) return { kind: 'automatic' };
    if (tag === null) return { kind: 'unknown' };
    const status = field(report, 'Status');
    const reason = field(report, 'Diagnostic-Code').replace(/^smtp;\s*/i, '') || status;
    return { kind: 'failed', tag, status, reason: reason.slice(0, reasonMax) };
  }
  // A complaint to her provider (RFC 5965) asks for a person as well.
  const isUnclear = signs.kind === 'unclear' || reportTypeOf(mail) === 'feedback-report';
  if (signs.kind === 'delayed' || (signs.kind === 'none' && !isUnclear && isAutomatic(mail)))
    return { kind: 'automatic' };
  if (tag === null) return { kind: 'unknown' };
  if (signs.kind === 'failed') return { ...signs, tag, reason: signs.reason.slice(0, reasonMax) };
  return {
    kind: isUnclear ? 'unclear' : 'written',
    tag,
    sender: mail.from?.value[0]?.address ?? '',
    subject: mail.subject ?? '',
    words: isUnclear ? (mail.text ?? '') : withoutQuotes(mail.text ?? ''),
  };
}

/** The first that the envelope names; then what it answers to; then, of a report, the letter that it brings back. */
function tagOfMail(mail: ParsedMail, text: string): string | null {
  const heads = mail.headerLines.map(({ line }) => line);
  const of = (name: RegExp): string => heads.filter((line) => name.test(line)).join('\n');
  const enclosed = mail.attachments
    .filter(({ contentType }) => /^(message\/rfc822|text\/rfc822-headers|message\/global)/.test(contentType))
    .map(({ content }) => content.toString('utf8').slice(0, reportMax));
  const places = [
    of(/^(to|delivered-to|x-original-to|envelope-to):/i),
    of(/^(in-reply-to|references|original-message-id):/i),
    ...enclosed,
    text.slice(0, reportMax),
  ];
  for (const place of places) {
    const [tag] = tagsIn(place.replace(/replies\+/gi, 'bounces+').replace(/\r?\n[ \t]+/g, ' '));
    if (tag !== undefined) return tag;
  }
  return null;
}

/** "delivery-status"; null where the mail is no report. */
function reportTypeOf({ headers }: ParsedMail): string | null {
  const type = headers.get('content-type') as { value?: string; params?: Record<string, string> } | undefined;
  return type?.value === 'multipart/report' ? (type.params?.['report-type'] ?? '').toLowerCase() : null;
}

/** The machine-readable part, which mailparser appends to the text; null where the mail is no report of a delivery. */
function reportOf(mail: ParsedMail): string | null {
  if (reportTypeOf(mail) !== 'delivery-status') return null;
  const attached = mail.attachments.find(({ contentType }) => contentType === 'message/delivery-status');
  return `${mail.text ?? ''}\n${attached?.content.toString('utf8') ?? ''}`.slice(0, reportMax);
}

function field(report: string, name: string): string {
  const match = new RegExp(`^${name}:[ \\t]*(.*(?:\\r?\\n[ \\t]+.*)*)`, 'im').exec(report);
  return (match?.[1] ?? '').replace(/\s+/g, ' ').trim();
}

function isAutomatic(mail: ParsedMail): boolean {
  return saysItAnswers(mail) || /^no-?reply@/i.test(mail.from?.value[0]?.address ?? '');
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
