/** The languages of the interface, by the names that their readers use, and which one serves a locale. */

export const languages = [
  { code: 'en', name: 'English', direction: 'ltr' },
  { code: 'es', name: 'Español', direction: 'ltr' },
  { code: 'de', name: 'Deutsch', direction: 'ltr' },
  { code: 'fr', name: 'Français', direction: 'ltr' },
  { code: 'ar', name: 'العربية', direction: 'rtl' },
] as const;

export type Language = (typeof languages)[number]['code'];

/** The language of `locale` where the interface speaks it, else English. */
export function languageOf(locale: string): Language {
  const code = locale.split('-')[0];
  return languages.find((language) => language.code === code)?.code ?? 'en';
}

/** For prices and dates: the store's own locale while she reads its language, else the language alone. */
export function formatLocale(language: Language, storeLocale: string): string {
  return languageOf(storeLocale) === language ? storeLocale : language;
}

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return languages.find((one) => one.code === language)?.direction ?? 'ltr';
}
