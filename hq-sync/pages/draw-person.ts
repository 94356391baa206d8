/** One customer, for whoever has looked her up: where dialogues stand with her, what was said and why, what happened. */
import { type Html, html } from '../channels/web/html.ts';
import type { PersonFile, PersonRun } from '../customers/person-file.ts';
import { plainBody } from './draw-everything.ts';
import { drawSaid, plainName } from './draw-said.ts';
import { en } from './words/en.ts';

/** On the page; the newest. */
const factsMax = 200;

export function drawPerson(person: PersonFile, { timeZone }: { readonly timeZone: string }): Html {
  const { customer, consents, preferences, runs, facts, messages } = person;
  const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone });
  const latest = [...new Map(consents.toReversed().map((word) => [word.purpose, word])).values()];
  const known = Object.entries({
    ...customer?.attributes,
    ...(customer ? { language: customer.locale || 'not known', since: date.format(customer.since) } : {}),
    agreed:
      latest
        .filter(({ granted }) => granted)
        .map(({ purpose }) => plainName(purpose))
        .join(', ') || 'nothing',
    frequency: preferences.frequency === 'any' ? 'as often as there is something' : `at most ${preferences.frequency}`,
    ...(preferences.pausedUntil === null ? {} : { pausedUntil: date.format(preferences.pausedUntil) }),
  });
  return html`<h2>What is known</h2>
<dl class="known">${known.map(([name, value]) => html`<div><dt>${plainName(name)}</dt><dd dir="auto">${String(value)}</dd></div>`)}</dl>
<h2>Dialogues</h2>${runs.length === 0 ? html`<p>She is in none, and was in none.</p>` : drawRuns(runs, date)}
<h2>What was said to her, and why</h2><div class="said">${drawSaid(messages, { words: saidToHer, language: 'en-GB', timeZone })}</div>
<h2>What happened</h2>${facts.length === 0 && html`<p>Nothing yet.</p>`}
<ol class="history">${facts
    .slice(0, factsMax)
    .map(
      ({ at, store, type, body }) =>
        html`<li><span class="figures">${date.format(at)}</span> · ${plainName(type)} · ${store ?? 'headquarters'}<br><span class="page-quiet" dir="auto">${plainBody(body)}</span></li>`,
    )}</ol>`;
}

const saidToHer = {
  ...en,
  saidNothing: 'Nothing was said to her yet.',
  outcome: {
    seen: 'She has seen it.',
    answered: 'She answered:',
    quiet: 'She did not answer.',
    waiting: 'It is on its way.',
  },
};

function drawRuns(runs: readonly PersonRun[], date: Intl.DateTimeFormat): Html {
  return html`<div class="table" tabindex="0" role="region" aria-label="Dialogues"><table>
<thead><tr><th scope="col">Dialogue</th><th scope="col">Entered</th><th scope="col">Where it stands</th></tr></thead>
<tbody>${runs.map(
    ({
      dialogue,
      enteredAt,
      held,
      step,
      ended,
    }) => html`<tr><th scope="row">${plainName(dialogue)}</th><td>${date.format(enteredAt)}</td>
<td>${held && 'left alone · '}${ended === null ? (step === null ? 'just entered' : plainName(step)) : `ended: ${plainName(ended)}`}</td></tr>`,
  )}</tbody></table></div>`;
}
