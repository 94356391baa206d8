/** What a sign is called, in the languages of the pages: as one would say it across an aisle. */
import type { VisitSign } from '@kairos/protocol/visit-sign.ts';

type SignWords = Readonly<Record<VisitSign['shape'] | VisitSign['colour'], string>>;

const words = {
  en: {
    circle: 'Circle',
    triangle: 'Triangle',
    square: 'Square',
    star: 'Star',
    diamond: 'Diamond',
    cross: 'Cross',
    green: 'green',
    blue: 'blue',
    orange: 'orange',
    violet: 'violet',
    black: 'black',
  },
  de: {
    circle: 'Kreis',
    triangle: 'Dreieck',
    square: 'Quadrat',
    star: 'Stern',
    diamond: 'Raute',
    cross: 'Kreuz',
    green: 'grün',
    blue: 'blau',
    orange: 'orange',
    violet: 'violett',
    black: 'schwarz',
  },
  es: {
    circle: 'Círculo',
    triangle: 'Triángulo',
    square: 'Cuadrado',
    star: 'Estrella',
    diamond: 'Rombo',
    cross: 'Cruz',
    green: 'color verde',
    blue: 'color azul',
    orange: 'color naranja',
    violet: 'color violeta',
    black: 'color negro',
  },
  fr: {
    circle: 'Cercle',
    triangle: 'Triangle',
    square: 'Carré',
    star: 'Étoile',
    diamond: 'Losange',
    cross: 'Croix',
    green: 'couleur verte',
    blue: 'couleur bleue',
    orange: 'couleur orange',
    violet: 'couleur violette',
    black: 'couleur noire',
  },
  ar: {
    circle: 'دائرة',
    triangle: 'مثلث',
    square: 'مربع',
    star: 'نجمة',
    diamond: 'معيّن',
    cross: 'علامة زائد',
    green: 'باللون الأخضر',
    blue: 'باللون الأزرق',
    orange: 'باللون البرتقالي',
    violet: 'باللون البنفسجي',
    black: 'باللون الأسود',
  },
} as const satisfies Record<string, SignWords>;

/** "Triangle, green". */
export function signName({ shape, colour }: VisitSign, language: keyof typeof words): string {
  const own = words[language];
  return `${own[shape]}، ${own[colour]}`.replace('،', language === 'ar' ? '،' : ',');
}
