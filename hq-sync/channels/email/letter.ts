/**
 * A message as a mail: plain text and HTML that say the same, readable without pictures, in light and dark, in both
 * directions of writing. Every answer is a link to her own page, where it waits for a press: opening a link answers
 * nothing, since scanners of mail open them all.
 */
import type { Command } from '../command.ts';
import { Html, html } from '../web/html.ts';
import type { MessageLinks } from '../web/links.ts';
import { directionOf, languageOf, wordsIn } from '../words/languages.ts';

export interface Letter {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** "de" or "de-CH". */
  readonly language: string;
}

/** What mail programs show of a subject, and more. */
const subjectMax = 200;

/** The tokens of ui/tokens.css in the notation that mail programs know. */
const light = {
  paper: '#f9f6f0',
  raised: '#fefdfb',
  ink: '#241c17',
  quiet: '#4f463e',
  voice: '#07362f',
  line: '#386f63',
};
const dark = {
  paper: '#15120f',
  raised: '#211d19',
  ink: '#f3f0ea',
  quiet: '#cbc7bf',
  voice: '#cbf2e4',
  line: '#63988c',
};

export function writeLetter({ words, to }: Command, links: MessageLinks): Letter {
  const frame = wordsIn(languageOf(to.locale));
  const greeting = to.firstName === '' ? '' : frame.hello(to.firstName);
  const subject = oneLine(words.subject || words.headline).slice(0, subjectMax);
  const answers = words.answers.map(({ id, label }) => ({ label, address: links.page(id) }));
  const foot = [
    { label: frame.stopMails, address: links.stop },
    { label: frame.preferences, address: links.preferences },
  ];
  const parts: Parts = {
    greeting,
    headline: words.headline,
    body: words.body,
    answers,
    why: frame.whyYouGetThis,
    foot,
  };
  return { subject, language: to.locale, text: asText(parts), html: asHtml(parts, { subject, locale: to.locale }) };
}

interface Parts {
  readonly greeting: string;
  readonly headline: string;
  readonly body: string;
  readonly answers: readonly { readonly label: string; readonly address: string }[];
  readonly why: string;
  readonly foot: readonly { readonly label: string; readonly address: string }[];
}

function asText({ greeting, headline, body, answers, why, foot }: Parts): string {
  const linked = ({ label, address }: { label: string; address: string }): string => `${label}:\n${address}`;
  const blocks = [greeting, headline, body, ...answers.map(linked), '-- ', why, ...foot.map(linked)];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function asHtml(parts: Parts, { subject, locale }: { subject: string; locale: string }): string {
  const { greeting, headline, body, answers, why, foot } = parts;
  const paragraphs = body.split(/\n{2,}/).filter((paragraph) => paragraph.trim() !== '');
  const language = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(locale) ? locale : 'en';
  const page = html`<!doctype html>
<html lang="${language}" dir="${directionOf(locale)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${subject}</title>
<style>${new Html(style)}</style>
</head>
<body class="k-paper" style="margin:0;padding:24px 16px;background:${light.paper};color:${light.ink};font:400 18px/1.5 'Atkinson Hyperlegible Next','Noto Sans Arabic',Verdana,sans-serif">
<main class="k-raised" style="max-width:560px;margin:0 auto;padding:32px;background:${light.raised};border-radius:24px">
${greeting !== '' && html`<p class="k-quiet" style="margin:0 0 8px;color:${light.quiet}">${greeting}</p>`}
<h1 class="k-voice" style="margin:0 0 16px;color:${light.voice};font-size:28px;line-height:1.2;font-weight:600">${headline}</h1>
${paragraphs.map((paragraph) => html`<p style="margin:0 0 16px">${lines(paragraph)}</p>`)}
${answers.map(
  ({ label, address }) =>
    html`<p style="margin:0 0 8px"><a class="k-answer" href="${address}" style="display:block;padding:16px 24px;border:2px solid ${light.line};border-radius:12px;color:${light.voice};font-weight:600;text-decoration:none;text-align:center">${label}</a></p>`,
)}
</main>
<footer class="k-quiet" style="max-width:560px;margin:24px auto 0;padding:0 32px;color:${light.quiet};font-size:15px">
<p style="margin:0 0 8px">${why}</p>
${foot.map(
  ({ label, address }) =>
    html`<p style="margin:0 0 8px"><a class="k-quiet" href="${address}" style="color:${light.quiet}">${label}</a></p>`,
)}
</footer>
</body>
</html>
`;
  return page.text;
}

const style = `@media (prefers-color-scheme: dark) {
.k-paper { background: ${dark.paper} !important; color: ${dark.ink} !important; }
.k-raised { background: ${dark.raised} !important; }
.k-quiet { color: ${dark.quiet} !important; }
.k-voice { color: ${dark.voice} !important; }
.k-answer { color: ${dark.voice} !important; border-color: ${dark.line} !important; }
}`;

function lines(paragraph: string): Html[] {
  return paragraph.split('\n').map((line, at) => (at === 0 ? html`${line}` : html`<br>${line}`));
}

/** A subject is one line whatever stands in it. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}
