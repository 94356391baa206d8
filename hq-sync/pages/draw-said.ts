/** What was said to her, one after the other: when, where, with which words, because of what, and what came of it. */
import { type Html, html } from '../channels/web/html.ts';
import type { SaidMessage } from '../customers/person-file.ts';
import type { PreferenceWords } from './words/en.ts';

export interface DrawSaid {
  readonly words: PreferenceWords;
  readonly language: string;
  readonly timeZone: string;
}

export function drawSaid(messages: readonly SaidMessage[], { words, language, timeZone }: DrawSaid): Html {
  if (messages.length === 0) return html`<p>${words.saidNothing}</p>`;
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone });
  const place = (channel: string): string =>
    words.channel[channel as keyof PreferenceWords['channel']] ?? words.surface[channel] ?? channel;
  return html`<ol>${messages.map(
    (one) => html`<li><p class="page-quiet figures"><bdi>${date.format(one.at)}</bdi> · ${place(one.channel)}</p>
<p dir="auto">${one.headline || plainName(one.step)}</p>
<p class="page-quiet">${words.why(plainName(one.dialogue))}. ${outcomeOf(one, words)}</p></li>`,
  )}</ol>`;
}

function outcomeOf({ answer, silence, shownAt }: SaidMessage, { outcome }: PreferenceWords): string {
  if (answer !== null) return `${outcome.answered} ${plainName(answer)}.`;
  if (silence !== null) return outcome.quiet;
  return shownAt === null ? outcome.waiting : outcome.seen;
}

/** "winBack" → "win back": names that authors gave, as people read them. */
export function plainName(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[-.]/g, ' ')
    .toLowerCase();
}
