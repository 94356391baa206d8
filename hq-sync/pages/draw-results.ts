/** What dialogues have come to: a sentence for each, then all of them as a table. Customers are counted, not messages. */
import { type Html, html } from '../channels/web/html.ts';
import type { DialogueFigures, FigureName } from '../customers/dialogue-figures.ts';
import { type Lift, liftOf } from '../customers/lift.ts';
import { plainName } from './draw-said.ts';

const count = new Intl.NumberFormat('en');
const columns: readonly (readonly [FigureName, string])[] = [
  ['shown', 'Shown'],
  ['answered', 'Answered'],
  ['ignored', 'Ignored'],
  ['walked-away', 'Walked away'],
  ['acted-elsewhere', 'Acted elsewhere'],
  ['never-shown', 'Never shown'],
];

interface Row {
  readonly dialogue: string;
  readonly heard: Readonly<Record<FigureName, number>>;
  readonly alone: Readonly<Record<FigureName, number>>;
  readonly lift: Lift | null;
}

export function drawResults(all: readonly DialogueFigures[]): Html {
  const rows = [...Map.groupBy(all, ({ dialogue }) => dialogue)].map(([dialogue, own]) => rowOf(dialogue, own));
  if (rows.length === 0) return html`<p>No customer has entered a dialogue yet.</p>`;
  return html`<ul class="sentences">${rows.map((row) => html`<li><h2>${plainName(row.dialogue)}</h2><p>${sentenceOf(row)}</p></li>`)}</ul>
<div class="table" tabindex="0" role="region" aria-label="Results"><table>
<thead><tr><th scope="col">Dialogue</th><th scope="col">Entered</th>${columns.map(([, name]) => html`<th scope="col">${name}</th>`)}<th scope="col">Got there</th><th scope="col">Left alone</th><th scope="col">Got there alone</th><th scope="col">Lift (95 %)</th></tr></thead>
<tbody>${rows.map(
    ({
      dialogue,
      heard,
      alone,
      lift,
    }) => html`<tr><th scope="row">${plainName(dialogue)}</th><td>${count.format(heard.entered)}</td>
${columns.map(([name]) => html`<td>${count.format(heard[name])}</td>`)}<td>${count.format(heard.reached)}</td>
<td>${count.format(alone.entered)}</td><td>${count.format(alone.reached)}</td>
<td>${lift === null ? 'not known' : `${points(lift.difference)} (${points(lift.low)} to ${points(lift.high)})`}</td></tr>`,
  )}</tbody></table></div>`;
}

function rowOf(dialogue: string, own: readonly DialogueFigures[]): Row {
  const of = (held: boolean): Row['heard'] =>
    own.find((one) => one.held === held)?.figures ??
    (Object.fromEntries(
      ['entered', 'reached', 'value', ...columns.map(([name]) => name)].map((name) => [name, 0]),
    ) as Record<FigureName, number>);
  const [heard, alone] = [of(false), of(true)];
  return { dialogue, heard, alone, lift: liftOf(heard, alone) };
}

function sentenceOf({ heard, alone, lift }: Row): string {
  const share = heard.shown === 0 ? '' : ` ${percent(heard.answered / heard.shown)} of what was shown was answered.`;
  const begin = `${customers(heard.entered)} entered.${share}`;
  if (lift === null) return `${begin} Nobody was left alone, so nobody knows what it brings.`;
  const wide = (lift.high - lift.low) / 2;
  const more = lift.difference < 0 ? 'fewer' : 'more';
  return `${begin} ${points(Math.abs(lift.difference))} ${more} of them got there than of the ${customers(alone.entered)} whom we left alone, give or take ${points(wide)}.`;
}

function customers(number: number): string {
  return number === 1 ? 'one customer' : `${count.format(number)} customers`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function points(share: number): string {
  return `${(share * 100).toFixed(1)} points`;
}
