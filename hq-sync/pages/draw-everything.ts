/** Everything that is known of one person, to be read: what she gave, what she agreed to, what happened. */
import { type Html, html } from '../channels/web/html.ts';
import type { PersonFile } from '../customers/person-file.ts';
import { type DrawSaid, drawSaid, plainName } from './draw-said.ts';

/** Facts on a page; the download has all. */
const factsMax = 500;

export function drawEverything(person: PersonFile, draw: DrawSaid): Html {
  const { words, language, timeZone } = draw;
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone });
  const { customer, others, consents, facts } = person;
  const listed = [...others, ...(customer ? [customer] : [])];
  const given = Object.entries(
    Object.assign({}, ...listed.flatMap(({ attributes, address }) => [attributes, address])),
  );
  return html`<h1>${words.everything}</h1>
<h2>${words.given}</h2>${given.length === 0 && html`<p>${words.nothing}</p>`}
<dl class="known">${given.map(([name, value]) => html`<div><dt dir="auto">${plainName(name)}</dt><dd dir="auto">${plainValue(value)}</dd></div>`)}</dl>
<h2>${words.agreed}</h2>${consents.length === 0 && html`<p>${words.nothing}</p>`}
<ol class="history">${consents.map(({ purpose, at, granted }) => html`<li class="figures"><bdi>${date.format(at)}</bdi> · ${words.channel[purpose as keyof typeof words.channel] ?? plainName(purpose)}: ${granted ? words.granted : words.withdrawn}</li>`)}</ol>
<h2>${words.said}</h2><div class="said">${drawSaid(person.messages, draw)}</div>
<h2>${words.happened}</h2>${facts.length === 0 && html`<p>${words.nothing}</p>`}
<ol class="history">${facts.slice(0, factsMax).map(({ at, store, type, body }) => html`<li><span class="figures"><bdi>${date.format(at)}</bdi></span> · ${plainName(type)}${store !== null && ` · ${store}`}<br><span class="page-quiet" dir="auto">${plainBody(body)}</span></li>`)}</ol>`;
}

export function plainBody(body: Readonly<Record<string, unknown>>): string {
  return Object.entries(body)
    .filter(([name, value]) => value !== null && value !== undefined && value !== '' && !isForEngines(name, value))
    .map(([name, value]) => `${plainName(name)}: ${plainValue(value)}`)
    .join(', ');
}

/** How far a run has come, as a store was lent it. */
function isForEngines(name: string, value: unknown): boolean {
  return name === 'state' && String(value).startsWith('{');
}

function plainValue(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
