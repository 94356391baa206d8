/** The words of the page, for any component that asks; the language stands on <html>, for type and direction. */
import { createContext, useContext, useEffect, useMemo } from 'react';
import { type ManagerLink, usePart } from '../link/manager-link.ts';
import { directionOf, type Talk, talkIn } from './languages.ts';

const context = createContext<Talk | null>(null);
export const WordsProvider = context.Provider;

export function useWords(): Talk {
  const talk = useContext(context);
  if (!talk) throw new Error('This part stands outside the page: wrap it in WordsProvider.');
  return talk;
}

/** `asked`: for a page on the wall, whoever has signed in; else hers, else the browser's. */
export function useTalk(link: ManagerLink, asked: string | null): Talk {
  const me = usePart(link, 'me');
  const locale = asked ?? me?.locale ?? navigator.language;
  const talk = useMemo(() => talkIn(locale), [locale]);
  useEffect(() => {
    document.documentElement.lang = talk.language;
    document.documentElement.dir = directionOf(talk.language);
    document.title = `${talk.say('page.title')} · Kairos`;
  }, [talk]);
  return talk;
}
