/** One customer, for whoever has looked her up: where dialogues stand with her, what was said and why, what happened. */
import { type Html, html } from '../channels/web/html.ts';
import type { PersonFile, PersonRun } from '../customers/person-file.ts';
import { plainBody } from './draw-everything.ts';
import { drawSaid, plainName } from './draw-said.ts';
import type { OperatorLook } from './operator-words/languages.ts';
import { preferenceWords } from './words/languages.ts';

/** On the page; the newest. */
const factsMax = 200;

export function drawPerson(person: PersonFile, look: OperatorLook): Html {
  const { customer, others, consents, preferences, runs, facts, messages } = person;
  const listed = [...others, ...(customer ? [customer] : [])];
  const attributes = Object.assign({}, ...listed.map((one) => one.attributes)) as Readonly<Record<string, unknown>>;
  const { words, date, language, timeZone } = look;
  const { field } = words;
  const latest = [...new Map(consents.toReversed().map((word) => [word.purpose, word])).values()];
  const agreed = latest
    .filter(({ granted }) => granted)
    .map(({ purpose }) => words.purpose[purpose] ?? plainName(purpose));
  const known: readonly (readonly [string, unknown])[] = [
    ...Object.entries(attributes).map(([name, value]) => [plainName(name), value] as const),
    ...(customer
      ? ([
          [field.language, customer.locale || words.notKnown],
          [field.since, date.format(customer.since)],
        ] as const)
      : []),
    [field.agreed, agreed.join(', ') || words.agreedNothing],
    [field.frequency, words.frequency[preferences.frequency]],
    ...(preferences.pausedUntil === null ? [] : [[field.pausedUntil, date.format(preferences.pausedUntil)] as const]),
  ];
  const { saidNothing, outcome } = words;
  const toHer = { ...preferenceWords(language), saidNothing, outcome };
  return html`<h2>${words.known}</h2>
<dl class="known">${known.map(([name, value]) => html`<div><dt><bdi>${name}</bdi></dt><dd><bdi>${String(value)}</bdi></dd></div>`)}</dl>
<h2>${words.dialogues}</h2>${runs.length === 0 ? html`<p>${words.inNone}</p>` : drawRuns(runs, look)}
<h2>${words.said}</h2><div class="said">${drawSaid(messages, { words: toHer, language: date.resolvedOptions().locale, timeZone })}</div>
<h2>${words.happened}</h2>${facts.length === 0 && html`<p>${words.nothingYet}</p>`}
<ol class="history">${facts
    .slice(0, factsMax)
    .map(
      ({ at, store, type, body }) =>
        html`<li><span class="figures"><bdi>${date.format(at)}</bdi></span> · <bdi>${plainName(type)}</bdi> · <bdi>${store ?? words.headquarters}</bdi><br><span class="page-quiet" dir="auto">${plainBody(body)}</span></li>`,
    )}</ol>`;
}

function drawRuns(runs: readonly PersonRun[], { words, date }: OperatorLook): Html {
  const { run } = words;
  return html`<div class="table" tabindex="0" role="region" aria-label="${words.dialogues}"><table>
<thead><tr><th scope="col">${run.dialogue}</th><th scope="col">${run.entered}</th><th scope="col">${run.stands}</th></tr></thead>
<tbody>${runs.map(
    ({
      dialogue,
      enteredAt,
      held,
      step,
      ended,
    }) => html`<tr><th scope="row"><bdi>${plainName(dialogue)}</bdi></th><td>${date.format(enteredAt)}</td>
<td>${held && `${words.isLeftAlone} · `}${ended === null ? (step === null ? words.justEntered : html`<bdi>${plainName(step)}</bdi>`) : words.ended(plainName(ended))}</td></tr>`,
  )}</tbody></table></div>`;
}
