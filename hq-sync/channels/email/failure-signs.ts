/**
 * A failure to deliver that is no report of RFC 3464: qmail's (QSBMF), Exim's, Exchange's, a gateway's own words. Told by
 * what a format fixes (a header, how the text begins), or by a machine that speaks in words of failing; a sign alone is
 * unclear, and a person looks at it. Reads what mailparser has parsed; pure.
 */
import type { ParsedMail } from 'mailparser';

export type FailureSigns =
  /** It was given up. `status`: "5.1.1", "550", or empty where nothing is said. */
  | { readonly kind: 'failed'; readonly status: string; readonly reason: string }
  /** It is still tried. */
  | { readonly kind: 'delayed' }
  /** Something is wrong, and nothing says for sure what. */
  | { readonly kind: 'unclear' }
  | { readonly kind: 'none' };

/** Characters of the words that are looked at; what follows is the letter that comes back. */
const leadMax = 6_000;

/** As subjects and first lines say it, in the languages of mail servers that were seen. */
const failing = new RegExp(
  [
    ...[
      'undeliver(?:able|ed)',
      'failure notice',
      'mail (?:system )?error',
      'permanent(?:ly)? (?:fatal )?(?:error|fail)',
    ],
    ...[
      'return(?:ed|ing) (?:your |the )?(?:mail|message)',
      'returned to sender',
      'message (?:was )?(?:rejected|blocked)',
    ],
    ...['deliver(?:y|ed|ing)?\\b[^.\\n]{0,60}\\bfail', 'fail[^.\\n]{0,40}\\bdeliver'],
    ...["(?:could not|couldn[’']t|cannot|can[’']t|wasn[’']t able to|unable to)(?: be)? deliver"],
    ...[
      'unzustellbar',
      'nicht zu(?:ge|zu)stell',
      'zustell(?:ung|fehler)[^.\\n]{0,60}(?:fehl|gescheitert|nicht möglich)',
    ],
    ...[
      'non remis',
      'non distribu',
      "échec (?:de la |d’|d')?(?:remise|distribution|envoi)",
      'pas pu être (?:remis|distribu|livr)',
    ],
    ...[
      'no (?:se )?(?:ha podido|pudo|puede) (?:ser )?entrega',
      'no entregad',
      'mancata consegna',
      'não (?:foi )?entreg',
    ],
  ].join('|'),
  'iu',
);
const delaying = new RegExp(
  [
    ...[
      '\\bdelay(?:ed)?\\b',
      '\\bwarning: could not send',
      'not yet (?:been )?delivered',
      'still (?:being tried|trying)',
    ],
    ...['will (?:be retried|retry|keep trying|continue to)', 'no action is required', 'do not need to resend'],
    ...['verzögert', 'weitere zustellversuche', 'retardée?\\b', 'retrasad', 'in ritardo'],
  ].join('|'),
  'iu',
);
/** Where the letter that comes back begins: a line that says so, or its own headers. */
const letterBegins =
  /^[ \t>]*-{2,}.*\b(?:copy|original|below|unsent|kopie|copie|copia)\b.*$|^(?:return-path|received|message-id):/im;
/** RFC 3463; no part of an address or of a version. */
const enhanced = /(?<![\d.])[45]\.[0-7]\.\d{1,3}(?!\.?\d)/g;
/** RFC 5321, where a reply of a server stands. */
const replied = /(?:^|[:>(]|\bsaid|\berror)[ \t]*([45][0-5]\d)(?=[ :-])/gim;

export function failureSignsOf(mail: ParsedMail): FailureSigns {
  const text = mail.text ?? '';
  const lead = text.slice(0, leadMax).split(letterBegins, 1)[0] ?? '';
  if (!isFromMachine(mail)) return looksReturned(mail, text) ? { kind: 'unclear' } : { kind: 'none' };
  const subject = mail.subject ?? '';
  const status = statusIn(lead);
  const isLasting = status.startsWith('5');
  const isGivenUp = failing.test(subject) || (!delaying.test(subject) && failing.test(lead));
  const isDelayed = delaying.test(subject) || delaying.test(lead);
  if (isOfFailures(mail, lead)) return isDelayed && !isGivenUp ? { kind: 'delayed' } : failed(status, lead, subject);
  // Whoever is away lets a machine answer too, and may say what will not be delivered, or late.
  if (!comesFromDaemon(mail) && !failing.test(subject))
    return isLasting || isGivenUp || !saysItAnswers(mail) ? { kind: 'unclear' } : { kind: 'none' };
  if (isLasting || (isGivenUp && !isDelayed)) return failed(status, lead, subject);
  return isDelayed && !isGivenUp ? { kind: 'delayed' } : { kind: 'unclear' };
}

/** Formats that are used for failures alone: QSBMF, and the headers of Exim (Google's as well) and of Exchange. */
function isOfFailures({ headers }: ParsedMail, lead: string): boolean {
  return (
    lead.trimStart().startsWith('Hi. This is the') ||
    headers.has('x-failed-recipients') ||
    headers.has('x-ms-exchange-message-is-ndr')
  );
}

/** It answers to nobody (an empty return path), or says so itself. */
function isFromMachine(mail: ParsedMail): boolean {
  const answersToNobody = mail.headerLines.some(({ line }) => /^return-path:\s*<\s*>/i.test(line));
  return answersToNobody || isOfFailures(mail, '') || comesFromDaemon(mail) || saysItAnswers(mail);
}

/** RFC 3834, and what was in use before it: a machine that answers for somebody, or for many. */
export function saysItAnswers({ headers }: ParsedMail): boolean {
  const said = (name: string): string => String(headers.get(name) ?? '').toLowerCase();
  const submitted = said('auto-submitted');
  if (submitted !== '' && !/^no\b/.test(submitted)) return true;
  if (['x-autoreply', 'x-autorespond', 'list-id'].some((name) => headers.has(name))) return true;
  return /^(?:bulk|junk|list|auto_reply)/.test(said('precedence'));
}

/** Some have no address at all: "From: MAILER-DAEMON (Mail Delivery System)". */
function comesFromDaemon({ headerLines }: ParsedMail): boolean {
  return headerLines.some(
    ({ line }) =>
      /^from:/i.test(line) && /\b(?:mailer-daemon|postmaster|mdaemon|microsoftexchange[0-9a-f]+)\b/i.test(line),
  );
}

/** No server says that it has made it, and yet it is titled as what comes back, or brings a letter back whole. */
function looksReturned({ subject = '', attachments }: ParsedMail, text: string): boolean {
  const isReply = /^\s*(?:re|aw|antw|rép|sv)\s*:/i.test(subject);
  const bringsLetter = attachments.some(({ contentType }) =>
    /^(?:message\/rfc822|text\/rfc822-headers)/.test(contentType),
  );
  return (
    !isReply && failing.test(subject) && (bringsLetter || statusIn(text.slice(0, leadMax)) !== '' || failing.test(text))
  );
}

/** The gravest that is said. */
function statusIn(lead: string): string {
  const said = [...lead.matchAll(enhanced)].map(([status]) => status);
  const codes = [...said, ...[...lead.matchAll(replied)].map(([, code = '']) => code)];
  return codes.find((code) => code.startsWith('5')) ?? codes[0] ?? '';
}

/** Why, in the server's words: the line with the status, else what follows her address, else the subject. */
function failed(status: string, lead: string, subject: string): FailureSigns {
  const lines = lead.split('\n').map((line) => line.trim());
  const named = lines.findIndex((line) => /^<?[^\s<>]+@[^\s<>]+>?:?$/.test(line));
  const after = named < 0 ? '' : (lines.slice(named + 1).find((line) => line !== '') ?? '');
  const said = status === '' ? after : (lines.find((line) => line.includes(status)) ?? '');
  return { kind: 'failed', status, reason: said || subject };
}
