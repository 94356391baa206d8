/** The interface's words by language, ready for React. All five ride in the bundle: the cart may be out of touch. */
import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { ar } from './ar.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import type { Language } from './languages.ts';

export function createTranslation(language: Language): i18n {
  const translation = i18next.createInstance();
  void translation.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    // Keys hold dots themselves.
    keySeparator: false,
    nsSeparator: false,
    resources: {
      en: { translation: en },
      es: { translation: es },
      de: { translation: de },
      fr: { translation: fr },
      ar: { translation: ar },
    },
    // React escapes what it paints.
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  return translation;
}
