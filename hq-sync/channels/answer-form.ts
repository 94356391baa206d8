/** The form of an answer, as a page shows it and as it comes back. Nothing but what the dialogue asks for is taken. */
import type { Scalar } from '@kairos/protocol/facts.ts';
import type { AnswerField, CommandAnswer } from './command.ts';
import { type Html, html } from './web/html.ts';
import { directionOf } from './words/languages.ts';

/** Characters of one field. */
const fieldMax = 500;

export type ReadForm =
  | { readonly kind: 'filled'; readonly form: Readonly<Record<string, Scalar>> }
  /** Nothing was written, or something that cannot be it. */
  | { readonly kind: 'missing'; readonly field: string };

export function readForm({ form: fields }: CommandAnswer, sent: URLSearchParams): ReadForm {
  const form: Record<string, Scalar> = {};
  for (const { name, kind, choices } of fields) {
    const text = (sent.get(`form.${name}`) ?? '').trim().slice(0, fieldMax);
    const value = kind === 'number' ? Number(text.replace(',', '.')) : text;
    const isWrong = text === '' || (kind === 'choice' && !choices.includes(text)) || Number.isNaN(value);
    if (isWrong) return { kind: 'missing', field: name };
    form[name] = value;
  }
  return { kind: 'filled', form };
}

/** `locale`: of the answer's words. `choose` is the page's own. */
export function drawFields({ id, form: fields }: CommandAnswer, choose: string, locale: string): Html {
  if (fields.length === 0) return html``;
  return html`<div class="fields" lang="${locale}" dir="${directionOf(locale)}">${fields.map((field) => html`<label class="field">${labelOf(field)}${inputOf(field, `${id}-${field.name}`, choose)}</label>`)}</div>`;
}

function inputOf({ name, kind, choices, choiceLabels }: AnswerField, id: string, choose: string): Html {
  if (kind === 'choice')
    return html`<select id="${id}" name="form.${name}" required><option value="">${choose}</option>${choices.map((choice, at) => html`<option value="${choice}">${choiceLabels[at] || choice}</option>`)}</select>`;
  if (kind === 'number') return html`<input id="${id}" name="form.${name}" inputmode="decimal" required>`;
  return html`<input id="${id}" name="form.${name}" maxlength="${fieldMax}" required autocomplete="off">`;
}

/** "bestTime" → "Best time" where the dialogue does not say what is asked. */
function labelOf({ name, label }: AnswerField): string {
  if (label !== '') return label;
  const spaced = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/-/g, ' ');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1).toLowerCase();
}
