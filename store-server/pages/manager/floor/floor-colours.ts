/** The tokens' colours as a canvas needs them: read from the page, again whenever light turns to dark. */

const tokens = [
  'paper',
  'paper-raised',
  'paper-sunk',
  'ink',
  'ink-quiet',
  'line-strong',
  'voice',
  'on-voice',
  'heed',
  'heed-tint',
] as const;
export type Colour = (typeof tokens)[number];
export type Colours = Readonly<Record<Colour, string>>;

/** `light-dark()` is worked out only where a colour is used: each token is put onto an element and read from there. */
export function readColours(host: HTMLElement): Colours {
  const probe = document.createElement('span');
  probe.hidden = true;
  host.append(probe);
  const read = tokens.map((token) => {
    probe.style.setProperty('color', `var(--${token})`);
    return [token, getComputedStyle(probe).color] as const;
  });
  probe.remove();
  return Object.fromEntries(read) as Record<Colour, string>;
}

/** Told when the machine's scheme turns. */
export function onSchemeChange(changed: () => void): () => void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', changed);
  return () => dark.removeEventListener('change', changed);
}
