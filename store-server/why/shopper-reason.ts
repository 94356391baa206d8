/**
 * Why she is told this, in one plain sentence of her language: what she did that let her into the dialogue, and nothing
 * that the surface should not say. It names a place in the store at most; never goods, sums, dates or what is known of her.
 */
import type { CompiledDialogue, CompiledEntry, CompiledStep } from '@kairos/dialogue/compiled.ts';

export const reasons = [
  'dwell',
  'passing',
  'visit',
  'basket',
  'bought',
  'away',
  'online',
  'date',
  'changed',
  'news',
  'store',
] as const;
export type Reason = (typeof reasons)[number];

export interface ShopperReason {
  readonly reason: Reason;
  /** What it led to may be said on a later visit: then it is told as what was. */
  readonly isLater: boolean;
  /** Zone in which it happened, where there can be no other. */
  readonly zone: string | null;
}

/** By what the dialogue is entered, as far as all of its entries say the same; else only that the store remembers. */
export function reasonFor(dialogue: CompiledDialogue, step: string): ShopperReason {
  const found = new Set(dialogue.enter.map(reasonOf));
  const [only = 'store'] = found;
  const zones = new Set(dialogue.enter.flatMap(zonesOf));
  const [zone = null] = zones;
  return {
    reason: found.size === 1 ? only : 'store',
    isLater: !isReachedAtOnce(dialogue, step),
    zone: zones.size === 1 ? zone : null,
  };
}

function reasonOf(entry: CompiledEntry): Reason {
  switch (entry.kind) {
    case 'dwell':
      return 'dwell';
    case 'absence':
      return 'away';
    case 'date':
      return 'date';
    case 'changes':
      return 'changed';
    case 'measure':
      return 'store';
    case 'sequence':
      return factReason(entry.patterns.at(-1)?.type ?? '');
    default:
      return factReason(entry.pattern.type);
  }
}

function factReason(type: string): Reason {
  if (type === 'zone.entered' || type === 'zone.left') return 'passing';
  if (type.startsWith('basket.')) return 'basket';
  if (type === 'sale' || type === 'return') return 'bought';
  if (type.startsWith('visit.') || type.startsWith('identity.')) return 'visit';
  if (type === 'site.visited') return 'online';
  return type === 'goods.changed' || type.startsWith('custom.') ? 'news' : 'store';
}

function zonesOf(entry: CompiledEntry): readonly string[] {
  if (entry.kind === 'dwell') return entry.zones;
  return entry.kind === 'fact' ? (entry.pattern.zones ?? []) : [];
}

/** Whether a step can be reached without a wait between: then it follows on what she has just done. */
function isReachedAtOnce({ steps, first }: CompiledDialogue, wanted: string): boolean {
  const seen = new Set<string>();
  const open = [first];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === wanted) return true;
    const step = steps[name];
    if (!step || seen.has(name) || step.verb === 'wait') continue;
    seen.add(name);
    open.push(...nextOf(step));
  }
  return false;
}

function nextOf(step: CompiledStep): readonly string[] {
  switch (step.verb) {
    case 'choose':
      return step.branches.map(({ then }) => then);
    case 'set':
    case 'reward':
      return [step.then];
    case 'say':
      return [...step.answers.map(({ then }) => then), step.silence.actedElsewhere.then];
    default:
      return [];
  }
}

export const reasonLanguages = ['en', 'es', 'de', 'fr', 'ar'] as const;
type Language = (typeof reasonLanguages)[number];
type Words = Readonly<Record<Reason, string>>;

const words: Readonly<Record<Language, Words & { readonly dwellAt: string; readonly earlier: string }>> = {
  en: {
    dwellAt: 'Because you have been looking at {} for a while.',
    dwell: 'Because you have been looking around here for a while.',
    passing: 'Because of where you are in the store.',
    visit: 'Because you are here today.',
    basket: 'Because of what is in your cart.',
    bought: 'Because of something you bought here.',
    away: 'Because we have not seen you for a while.',
    online: 'Because of what you looked at in our online store.',
    date: 'Because of a date that matters to you or to the store.',
    changed: 'Because something in your details has changed.',
    news: 'Because there is news in the store.',
    store: 'Because of how you shop here.',
    earlier: 'Because of an earlier visit of yours.',
  },
  es: {
    dwellAt: 'Porque lleva un rato mirando en «{}».',
    dwell: 'Porque lleva un rato mirando por aquí.',
    passing: 'Por el lugar de la tienda en que se encuentra.',
    visit: 'Porque hoy está aquí.',
    basket: 'Por lo que lleva en el carro.',
    bought: 'Por algo que compró aquí.',
    away: 'Porque hace tiempo que no le vemos.',
    online: 'Por lo que miró en nuestra tienda en línea.',
    date: 'Por una fecha importante para usted o para la tienda.',
    changed: 'Porque ha cambiado algo en sus datos.',
    news: 'Porque hay novedades en la tienda.',
    store: 'Por su manera de comprar aquí.',
    earlier: 'Por una visita anterior suya.',
  },
  de: {
    dwellAt: 'Weil Sie sich seit einer Weile bei „{}“ umsehen.',
    dwell: 'Weil Sie sich hier seit einer Weile umsehen.',
    passing: 'Wegen der Stelle im Geschäft, an der Sie gerade sind.',
    visit: 'Weil Sie heute hier sind.',
    basket: 'Wegen der Waren in Ihrem Wagen.',
    bought: 'Wegen etwas, das Sie hier gekauft haben.',
    away: 'Weil wir Sie länger nicht gesehen haben.',
    online: 'Wegen Ihres Besuchs in unserem Online-Shop.',
    date: 'Wegen eines Tages, der Ihnen oder dem Geschäft wichtig ist.',
    changed: 'Weil sich etwas an Ihren Angaben geändert hat.',
    news: 'Weil es im Geschäft Neues gibt.',
    store: 'Weil es zu Ihren Einkäufen hier passt.',
    earlier: 'Wegen eines früheren Besuchs von Ihnen.',
  },
  fr: {
    dwellAt: 'Parce que vous regardez depuis un moment du côté « {} ».',
    dwell: 'Parce que vous regardez par ici depuis un moment.',
    passing: 'En raison de l’endroit du magasin où vous êtes.',
    visit: 'Parce que vous êtes ici aujourd’hui.',
    basket: 'En raison de ce qui est dans votre chariot.',
    bought: 'En raison d’un achat que vous avez fait ici.',
    away: 'Parce que nous ne vous avons pas vu depuis un moment.',
    online: 'En raison de ce que vous avez regardé dans notre boutique en ligne.',
    date: 'En raison d’une date importante pour vous ou pour le magasin.',
    changed: 'Parce que vos informations ont changé.',
    news: 'Parce qu’il y a du nouveau dans le magasin.',
    store: 'En raison de vos habitudes d’achat ici.',
    earlier: 'En raison d’une de vos visites précédentes.',
  },
  ar: {
    dwellAt: 'لأنك تتصفح قسم «{}» منذ فترة.',
    dwell: 'لأنك تتصفح هنا منذ فترة.',
    passing: 'بسبب مكانك الحالي في المتجر.',
    visit: 'لأنك هنا اليوم.',
    basket: 'بسبب ما في عربتك.',
    bought: 'بسبب شيء اشتريته من هنا.',
    away: 'لأننا لم نرك منذ فترة.',
    online: 'بسبب ما شاهدته في متجرنا على الإنترنت.',
    date: 'بسبب تاريخ مهم لك أو للمتجر.',
    changed: 'لأن شيئاً في بياناتك قد تغيّر.',
    news: 'لأن في المتجر جديداً.',
    store: 'بسبب طريقة تسوقك هنا.',
    earlier: 'بسبب زيارة سابقة لك.',
  },
};

/** `screenMessage.why` holds no more. */
const lineMax = 200;

/** In the language of the locale, English where there is none. `zoneName`: as the floor plan calls it. */
export function reasonLine({ reason, isLater }: ShopperReason, zoneName: string | null, locale: string): string {
  const [language = ''] = locale.split('-');
  const own = words[(reasonLanguages as readonly string[]).includes(language) ? (language as Language) : 'en'];
  // What she did in the store is past by then; that she bought something, was away or has a birthday is still so.
  const isOfThisVisit = reason === 'dwell' || reason === 'passing' || reason === 'visit' || reason === 'basket';
  if (isLater && isOfThisVisit) return own.earlier;
  if (reason !== 'dwell' || zoneName === null) return own[reason];
  const place = own === words.en ? inSentence(zoneName) : zoneName;
  return own.dwellAt.replace('{}', () => place).slice(0, lineMax);
}

/** "Suits" → "suits"; names of their own (capitals further on) stay as they are. */
function inSentence(name: string): string {
  return /^\p{Lu}[^\p{Lu}]*$/u.test(name) ? name.toLowerCase() : name;
}

/** For a cart's page: the line of a message, by its dialogue and step. Null where the dialogue is not known. */
export function reasonLines(
  dialogues: readonly CompiledDialogue[],
  zones: readonly { readonly id: string; readonly name: string }[],
): (dialogue: string, step: string, locale: string) => string | null {
  const byName = new Map(dialogues.map((dialogue) => [dialogue.name, dialogue]));
  const names = new Map(zones.map(({ id, name }) => [id, name]));
  return (name, step, locale) => {
    const dialogue = byName.get(name);
    if (!dialogue) return null;
    const reason = reasonFor(dialogue, step);
    return reasonLine(reason, reason.zone === null ? null : (names.get(reason.zone) ?? null), locale);
  };
}
