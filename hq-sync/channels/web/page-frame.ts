/** What every page of the channels is sent with: nothing from elsewhere, seen by nobody else, kept by nobody. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { storable } from '../../facts/storable-text.ts';
import { directionOf } from '../words/languages.ts';
import { type Html, html } from './html.ts';
import type { Look } from './look-files.ts';

const policy =
  "default-src 'none'; style-src 'self'; font-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const formType = 'application/x-www-form-urlencoded';
/** Of a form that is sent back. */
const formBytesMax = 16_384;

export interface PageParts {
  readonly title: string;
  readonly locale: string;
  readonly main: Html;
  readonly isWide?: boolean;
  /** Says that it was painted. */
  readonly isWatched?: boolean;
}

export function sendPage(
  reply: FastifyReply,
  look: Look,
  { status = 200, title, locale, main, isWide = false, isWatched = false }: PageParts & { readonly status?: number },
): FastifyReply {
  const page = html`<!doctype html>
<html lang="${locale}" dir="${directionOf(locale)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>${title}</title>
<link rel="stylesheet" href="${look.sheet}">
${isWatched && html`<script src="${look.seenScript}" defer></script>`}
</head>
<body><main class="page${isWide && ' page-wide'}">${main}</main></body>
</html>
`;
  return reply
    .code(status)
    .header('content-security-policy', policy)
    .header('referrer-policy', 'no-referrer')
    .header('x-robots-tag', 'noindex, nofollow')
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(page.text);
}

/** Forms come as `URLSearchParams`, without what the database does not keep. */
export function takeForms(app: FastifyInstance): void {
  if (app.hasContentTypeParser(formType)) return;
  app.addContentTypeParser(formType, { parseAs: 'string', bodyLimit: formBytesMax }, (_, body, done) => {
    const sent = [...new URLSearchParams(body as string)];
    done(null, new URLSearchParams(sent.map(([name, text]) => [name, storable(text)])));
  });
}

export function formOf(body: unknown): URLSearchParams {
  return body instanceof URLSearchParams ? body : new URLSearchParams();
}
