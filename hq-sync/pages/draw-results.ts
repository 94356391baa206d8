/** What dialogues have come to: a sentence for each, then all of them as a table. Customers are counted, not messages. */
import { type Html, html } from '../channels/web/html.ts';
import type { DialogueFigures, FigureName } from '../customers/dialogue-figures.ts';
import { type Lift, liftCustomersMin, liftOf } from '../customers/lift.ts';
import { plainName } from './draw-said.ts';
import type { OperatorLook } from './operator-words/languages.ts';

const columns = ['shown', 'answered', 'ignored', 'walked-away', 'acted-elsewhere', 'never-shown'] as const;

interface Row {
  readonly dialogue: string;
  readonly heard: Readonly<Record<FigureName, number>>;
  readonly alone: Readonly<Record<FigureName, number>>;
  readonly lift: Lift | null;
}

/** `uncounted`: facts that are not in the figures yet. */
export function drawResults(all: readonly DialogueFigures[], uncounted: number, look: OperatorLook): Html {
  const { words, count } = look;
  const behind =
    uncounted > 0 && html`<p class="notice-line" role="status">${words.stillCounting(count.format(uncounted))}</p>`;
  const rows = [...Map.groupBy(all, ({ dialogue }) => dialogue)].map(([dialogue, own]) => rowOf(dialogue, own));
  if (rows.length === 0) return html`${behind}<p>${words.nobodyEntered}</p>`;
  const { figure } = words;
  const heads = [words.run.dialogue, figure.entered, ...columns.map((name) => figure[name]), figure.reached];
  heads.push(words.alone, words.reachedAlone, words.lift);
  return html`${behind}<ul class="sentences">${rows.map((row) => html`<li><h2><bdi>${plainName(row.dialogue)}</bdi></h2><p>${sentenceOf(row, look)}</p></li>`)}</ul>
<div class="table" tabindex="0" role="region" aria-label="${words.places.results}"><table>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map(
    ({
      dialogue,
      heard,
      alone,
      lift,
    }) => html`<tr><th scope="row"><bdi>${plainName(dialogue)}</bdi></th><td>${count.format(heard.entered)}</td>
${columns.map((name) => html`<td>${count.format(heard[name])}</td>`)}<td>${count.format(heard.reached)}</td>
<td>${count.format(alone.entered)}</td><td>${count.format(alone.reached)}</td>
<td>${liftCell({ heard, alone, lift }, look)}</td></tr>`,
  )}</tbody></table></div>`;
}

function rowOf(dialogue: string, own: readonly DialogueFigures[]): Row {
  const of = (held: boolean): Row['heard'] =>
    own.find((one) => one.held === held)?.figures ??
    (Object.fromEntries(['entered', 'reached', 'value', ...columns].map((name) => [name, 0])) as Record<
      FigureName,
      number
    >);
  const [heard, alone] = [of(false), of(true)];
  return { dialogue, heard, alone, lift: liftOf(heard, alone) };
}

function isTooFew({ heard, alone }: Pick<Row, 'heard' | 'alone'>): boolean {
  return Math.min(heard.entered, alone.entered) < liftCustomersMin;
}

function liftCell({ lift, ...sides }: Omit<Row, 'dialogue'>, look: OperatorLook): string {
  const { words } = look;
  if (lift === null) return words.notKnown;
  if (isTooFew(sides)) return words.tooFewToTell;
  return words.liftBetween(pointsOf(lift.difference, look), numberOf(lift.low, look), numberOf(lift.high, look));
}

function sentenceOf({ heard, alone, lift }: Row, look: OperatorLook): string {
  const { words, count } = look;
  const entered = words.customersEntered(heard.entered, count.format(heard.entered));
  const share = heard.answered / heard.shown;
  const answered = heard.shown === 0 ? [] : [words.shareAnswered(`${count.format(Math.round(share * 100))} %`)];
  if (lift === null) return [entered, ...answered, words.nobodyAlone].join(' ');
  const [heardWritten, aloneWritten] = [count.format(heard.entered), count.format(alone.entered)];
  if (isTooFew({ heard, alone })) {
    const few = words.tooFew({ heard: heardWritten, alone: aloneWritten, least: count.format(liftCustomersMin) });
    return [entered, ...answered, few].join(' ');
  }
  const lifted = words.lifted({
    points: pointsOf(Math.abs(lift.difference), look),
    isMore: lift.difference >= 0,
    alone: aloneWritten,
    giveOrTake: pointsOf((lift.high - lift.low) / 2, look),
  });
  return [entered, ...answered, lifted].join(' ');
}

function pointsOf(share: number, look: OperatorLook): string {
  return look.words.points(numberOf(share, look));
}

function numberOf(share: number, { count }: OperatorLook): string {
  const { locale } = count.resolvedOptions();
  const written = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return written.format(share * 100);
}
