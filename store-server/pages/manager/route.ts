/**
 * Where the page is: `#/` and the name of a section. A section's own places follow after a slash (`#/dialogues/wine`),
 * and are its own business.
 */
import { useSyncExternalStore } from 'react';

export const sections = ['floor', 'dialogues', 'media', 'devices', 'people', 'erase', 'plan'] as const;
export type Section = (typeof sections)[number];

export interface Route {
  readonly section: Section;
  /** What stands behind the section's name, decoded. */
  readonly rest: readonly string[];
}

export function routeOf(hash: string): Route {
  const [name = '', ...rest] = hash.replace(/^#\/?/, '').split('/').filter(Boolean).map(decoded);
  const section = sections.find((one) => one === name);
  return section === undefined ? { section: 'floor', rest: [] } : { section, rest };
}

export function hashOf(section: Section, ...rest: readonly string[]): string {
  const words = section === 'floor' && rest.length === 0 ? [] : [section, ...rest];
  return `#/${words.map(encodeURIComponent).join('/')}`;
}

export function useRoute(): Route {
  return routeOf(useSyncExternalStore(listen, () => location.hash));
}

function listen(changed: () => void): () => void {
  addEventListener('hashchange', changed);
  return () => removeEventListener('hashchange', changed);
}

function decoded(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return '';
  }
}
