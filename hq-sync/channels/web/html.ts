/** HTML as text, escaped where it is put together: what is no `Html` cannot bring a tag in. For pages and mails alike. */

/** Text that is HTML already. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Blank = Html | string | number | null | undefined | false | readonly Blank[];

/** html`<p>${anything}</p>`: strings are escaped, fragments and lists of them are not; null, undefined and false are nothing. */
export function html(parts: TemplateStringsArray, ...blanks: readonly Blank[]): Html {
  return new Html(parts.map((part, at) => (at === 0 ? part : textOf(blanks[at - 1]) + part)).join(''));
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function textOf(blank: Blank): string {
  if (blank === null || blank === undefined || blank === false) return '';
  if (blank instanceof Html) return blank.text;
  if (typeof blank === 'object') return blank.map(textOf).join('');
  return escapeHtml(String(blank));
}
