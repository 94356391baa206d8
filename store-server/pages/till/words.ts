/** What the page itself says, in the associate's language; else in English. What dialogues say comes from the store. */
import type { LaneView } from '@kairos/protocol/prompt-events.ts';

export interface TillWords {
  readonly waits: string;
  readonly nobody: string;
  readonly noName: string;
  readonly know: string;
  readonly say: string;
  readonly told: string;
  readonly toldNothing: string;
  readonly noAnswer: string;
  readonly noted: string;
  readonly next: string;
  readonly scan: string;
  /** Shows the bars across the whole glass, and back. */
  readonly larger: string;
  readonly back: string;
  readonly off: (value: string) => string;
  readonly until: (day: string) => string;
  readonly lost: string;
  readonly refused: string;
  readonly unknownTill: string;
  readonly channels: Readonly<Record<LaneView['told'][number]['channel'], string>>;
}

const en: TillWords = {
  waits: 'When somebody shows her card, what to say to her stands here.',
  nobody: 'Next customer, please',
  noName: 'A customer, by a number that was typed',
  know: 'Good to know',
  say: 'Say',
  told: 'What she was told',
  toldNothing: 'Nothing so far.',
  noAnswer: 'no answer',
  noted: 'Noted',
  next: 'Next customer',
  scan: 'Scan it to take it off.',
  larger: 'Show the bars large',
  back: 'Back',
  off: (value) => `${value} off`,
  until: (day) => `until ${day}`,
  lost: 'No line to the store. Go on as always.',
  refused: 'The store does not take this page’s token. Check the address.',
  unknownTill: 'The store’s floor plan has no till of this name. Check ?till= in the address.',
  channels: {
    cart: 'on her cart',
    screen: 'on a screen',
    handheld: 'by one of us',
    pos: 'at a till',
    receipt: 'on a receipt',
    email: 'by e-mail',
    call: 'by telephone',
    mail: 'by mail',
    web: 'on our site',
  },
};

const de: TillWords = {
  waits: 'Zeigt jemand ihre Karte, steht hier, was Sie sagen können.',
  nobody: 'Die Nächste, bitte',
  noName: 'Eine Kundin, mit getippter Nummer',
  know: 'Gut zu wissen',
  say: 'Sagen',
  told: 'Was sie schon weiß',
  toldNothing: 'Bisher nichts.',
  noAnswer: 'keine Antwort',
  noted: 'Notiert',
  next: 'Nächste Kundin',
  scan: 'Scannen, um es abzuziehen.',
  larger: 'Strichcode groß zeigen',
  back: 'Zurück',
  off: (value) => `${value} Nachlass`,
  until: (day) => `bis ${day}`,
  lost: 'Keine Verbindung zum Markt. Machen Sie weiter wie immer.',
  refused: 'Der Markt nimmt das Kennwort dieser Seite nicht. Prüfen Sie die Adresse.',
  unknownTill: 'Der Plan des Marktes kennt keine Kasse dieses Namens. Prüfen Sie ?till= in der Adresse.',
  channels: {
    cart: 'auf ihrem Wagen',
    screen: 'auf einem Bildschirm',
    handheld: 'durch uns',
    pos: 'an einer Kasse',
    receipt: 'auf dem Bon',
    email: 'per E-Mail',
    call: 'am Telefon',
    mail: 'per Post',
    web: 'auf unserer Seite',
  },
};

const es: TillWords = {
  waits: 'Cuando alguien muestre su tarjeta, aquí verá qué decirle.',
  nobody: 'Siguiente, por favor',
  noName: 'Una clienta, por un número tecleado',
  know: 'Conviene saber',
  say: 'Diga',
  told: 'Lo que ya sabe',
  toldNothing: 'Nada hasta ahora.',
  noAnswer: 'sin respuesta',
  noted: 'Anotado',
  next: 'Siguiente clienta',
  scan: 'Escanéelo para descontarlo.',
  larger: 'Mostrar el código grande',
  back: 'Volver',
  off: (value) => `${value} de descuento`,
  until: (day) => `hasta el ${day}`,
  lost: 'Sin conexión con la tienda. Siga como siempre.',
  refused: 'La tienda no acepta la clave de esta página. Compruebe la dirección.',
  unknownTill: 'El plano de la tienda no tiene una caja con este nombre. Compruebe ?till= en la dirección.',
  channels: {
    cart: 'en su carro',
    screen: 'en una pantalla',
    handheld: 'por uno de nosotros',
    pos: 'en una caja',
    receipt: 'en el recibo',
    email: 'por correo',
    call: 'por teléfono',
    mail: 'por carta',
    web: 'en nuestra página',
  },
};

const fr: TillWords = {
  waits: 'Quand quelqu’un montre sa carte, ce qu’il faut lui dire apparaît ici.',
  nobody: 'Personne suivante',
  noName: 'Une cliente, par un numéro tapé',
  know: 'Bon à savoir',
  say: 'À dire',
  told: 'Ce qu’elle sait déjà',
  toldNothing: 'Rien jusqu’ici.',
  noAnswer: 'sans réponse',
  noted: 'Noté',
  next: 'Cliente suivante',
  scan: 'Scannez-le pour le déduire.',
  larger: 'Afficher le code en grand',
  back: 'Retour',
  off: (value) => `${value} de remise`,
  until: (day) => `jusqu’au ${day}`,
  lost: 'Pas de liaison avec le magasin. Continuez comme toujours.',
  refused: 'Le magasin n’accepte pas la clé de cette page. Vérifiez l’adresse.',
  unknownTill: 'Le plan du magasin n’a pas de caisse de ce nom. Vérifiez ?till= dans l’adresse.',
  channels: {
    cart: 'sur son chariot',
    screen: 'sur un écran',
    handheld: 'par l’un de nous',
    pos: 'à une caisse',
    receipt: 'sur un ticket',
    email: 'par e-mail',
    call: 'par téléphone',
    mail: 'par courrier',
    web: 'sur notre site',
  },
};

const ar: TillWords = {
  waits: 'عندما تُبرز إحداهن بطاقتها، يظهر هنا ما تقولونه لها.',
  nobody: 'التالي، من فضلك',
  noName: 'زبونة، برقم مكتوب',
  know: 'للعلم',
  say: 'قل',
  told: 'ما قيل لها من قبل',
  toldNothing: 'لا شيء حتى الآن.',
  noAnswer: 'بلا جواب',
  noted: 'سُجّل',
  next: 'الزبونة التالية',
  scan: 'امسحوه لخصمه.',
  larger: 'عرض الرمز كبيرًا',
  back: 'رجوع',
  off: (value) => `خصم ${value}`,
  until: (day) => `حتى ${day}`,
  lost: 'انقطع الاتصال بالمتجر. تابعوا كالمعتاد.',
  refused: 'لا يقبل المتجر مفتاح هذه الصفحة. تحققوا من العنوان.',
  unknownTill: 'لا يوجد في مخطط المتجر صندوق بهذا الاسم. تحققوا من ‎?till=‎ في العنوان.',
  channels: {
    cart: 'على عربتها',
    screen: 'على شاشة',
    handheld: 'من أحدنا',
    pos: 'عند صندوق',
    receipt: 'على إيصال',
    email: 'بالبريد الإلكتروني',
    call: 'بالهاتف',
    mail: 'بالبريد',
    web: 'على موقعنا',
  },
};

const languages: Readonly<Record<string, TillWords>> = { en, de, es, fr, ar };

export function wordsIn(locale: string): TillWords {
  return languages[locale.split('-')[0] ?? ''] ?? en;
}

export function directionIn(locale: string): 'ltr' | 'rtl' {
  return wordsIn(locale) === ar ? 'rtl' : 'ltr';
}
