/** The few words at a till that no dialogue says, by the associate's language; else in English. */
const cannotNowWords: Readonly<Record<string, string>> = {
  en: "Can't now",
  de: 'Jetzt nicht',
  es: 'Ahora no',
  fr: 'Pas maintenant',
  it: 'Non adesso',
  ar: 'ليس الآن',
};

export function cannotNowIn(locale: string): string {
  return cannotNowWords[locale.split('-')[0] ?? ''] ?? (cannotNowWords.en as string);
}
