/** What the sign-in page says, in the languages that people of the store read. A missing word is a type error. */

export interface SignInWords {
  readonly title: string;
  readonly badge: string;
  readonly badgeHint: string;
  readonly pin: string;
  readonly code: string;
  readonly codeHint: string;
  readonly newPin: string;
  readonly newPinHint: string;
  readonly again: string;
  readonly keys: string;
  readonly erase: string;
  readonly next: string;
  readonly enter: string;
  readonly haveCode: string;
  readonly otherBadge: string;
  readonly letters: string;
  readonly wait: string;
  readonly digits: (count: number) => string;
  readonly wrong: (triesLeft: number) => string;
  readonly locked: (time: string) => string;
  readonly busy: string;
  readonly tooOften: string;
  readonly wrongCode: string;
  readonly weakPin: string;
  readonly notSame: string;
  readonly unreachable: string;
  readonly signedIn: (name: string) => string;
  readonly signOut: string;
  readonly goOn: string;
}

const en: SignInWords = {
  title: 'Sign in',
  badge: 'Badge',
  badgeHint: 'Scan your badge, or key its number.',
  pin: 'PIN',
  code: 'Code',
  codeHint: 'The code that your manager gave you.',
  newPin: 'Choose a PIN',
  newPinHint: 'Six to eight digits, not in a row.',
  again: 'Once more',
  keys: 'Digits',
  erase: 'Take one back',
  next: 'Next',
  enter: 'Sign in',
  haveCode: 'I have a code',
  otherBadge: 'Another badge',
  letters: 'Keyboard',
  wait: 'One moment',
  digits: (count) => `${count} digits keyed`,
  wrong: (left) => `Badge or PIN is not right. ${left === 1 ? 'One try is left.' : `${left} tries are left.`}`,
  locked: (time) => `Too many tries. Try again at ${time}. Your manager can give you a code before that.`,
  busy: 'Many are signing in. Try again in a moment.',
  tooOften: 'Too many tries from this device. Wait a few minutes.',
  wrongCode: 'This code is not right, or its hour is over. Ask for a new one.',
  weakPin: 'Choose six to eight digits that are not all the same and not in a row.',
  notSame: 'The two are not the same. Choose again.',
  unreachable: 'The store cannot be reached. Try again in a moment.',
  signedIn: (name) => `You are signed in, ${name}.`,
  signOut: 'Sign out',
  goOn: 'Go on',
};

const de: SignInWords = {
  title: 'Anmelden',
  badge: 'Ausweis',
  badgeHint: 'Ausweis scannen oder die Nummer tippen.',
  pin: 'PIN',
  code: 'Code',
  codeHint: 'Der Code, den Ihnen die Leitung gegeben hat.',
  newPin: 'PIN wählen',
  newPinHint: 'Sechs bis acht Ziffern, keine Reihe.',
  again: 'Noch einmal',
  keys: 'Ziffern',
  erase: 'Eine zurück',
  next: 'Weiter',
  enter: 'Anmelden',
  haveCode: 'Ich habe einen Code',
  otherBadge: 'Anderer Ausweis',
  letters: 'Tastatur',
  wait: 'Einen Moment',
  digits: (count) => `${count} Ziffern getippt`,
  wrong: (left) => `Ausweis oder PIN stimmt nicht. ${left === 1 ? 'Ein Versuch bleibt.' : `${left} Versuche bleiben.`}`,
  locked: (time) => `Zu viele Versuche. Wieder möglich um ${time}. Die Leitung kann Ihnen vorher einen Code geben.`,
  busy: 'Gerade melden sich viele an. Gleich noch einmal versuchen.',
  tooOften: 'Zu viele Versuche von diesem Gerät. Bitte einige Minuten warten.',
  wrongCode: 'Dieser Code stimmt nicht, oder seine Stunde ist um. Bitte um einen neuen.',
  weakPin: 'Sechs bis acht Ziffern wählen, nicht alle gleich und keine Reihe.',
  notSame: 'Die beiden sind nicht gleich. Bitte neu wählen.',
  unreachable: 'Der Laden ist nicht erreichbar. Gleich noch einmal versuchen.',
  signedIn: (name) => `Sie sind angemeldet, ${name}.`,
  signOut: 'Abmelden',
  goOn: 'Weiter',
};

const es: SignInWords = {
  title: 'Iniciar sesión',
  badge: 'Tarjeta',
  badgeHint: 'Escanee su tarjeta o teclee su número.',
  pin: 'PIN',
  code: 'Código',
  codeHint: 'El código que le dio su responsable.',
  newPin: 'Elija un PIN',
  newPinHint: 'De seis a ocho cifras, no seguidas.',
  again: 'Otra vez',
  keys: 'Cifras',
  erase: 'Borrar una',
  next: 'Seguir',
  enter: 'Entrar',
  haveCode: 'Tengo un código',
  otherBadge: 'Otra tarjeta',
  letters: 'Teclado',
  wait: 'Un momento',
  digits: (count) => `${count} cifras tecleadas`,
  wrong: (left) =>
    `La tarjeta o el PIN no es correcto. ${left === 1 ? 'Queda un intento.' : `Quedan ${left} intentos.`}`,
  locked: (time) => `Demasiados intentos. Pruebe de nuevo a las ${time}. Su responsable puede darle antes un código.`,
  busy: 'Muchos están entrando. Pruebe de nuevo en un momento.',
  tooOften: 'Demasiados intentos desde este aparato. Espere unos minutos.',
  wrongCode: 'Este código no es correcto o ya pasó su hora. Pida otro.',
  weakPin: 'Elija de seis a ocho cifras que no sean todas iguales ni seguidas.',
  notSame: 'Los dos no son iguales. Elija de nuevo.',
  unreachable: 'No hay contacto con la tienda. Pruebe de nuevo en un momento.',
  signedIn: (name) => `Ha entrado como ${name}.`,
  signOut: 'Salir',
  goOn: 'Seguir',
};

const fr: SignInWords = {
  title: 'Se connecter',
  badge: 'Badge',
  badgeHint: 'Scannez votre badge ou tapez son numéro.',
  pin: 'Code PIN',
  code: 'Code',
  codeHint: 'Le code que votre responsable vous a donné.',
  newPin: 'Choisissez un PIN',
  newPinHint: 'Six à huit chiffres, pas à la suite.',
  again: 'Encore une fois',
  keys: 'Chiffres',
  erase: 'Effacer un chiffre',
  next: 'Suivant',
  enter: 'Entrer',
  haveCode: 'J’ai un code',
  otherBadge: 'Autre badge',
  letters: 'Clavier',
  wait: 'Un instant',
  digits: (count) => `${count} chiffres tapés`,
  wrong: (left) =>
    `Le badge ou le PIN n’est pas bon. ${left === 1 ? 'Il reste un essai.' : `Il reste ${left} essais.`}`,
  locked: (time) => `Trop d’essais. Réessayez à ${time}. Votre responsable peut vous donner un code d’ici là.`,
  busy: 'Beaucoup se connectent. Réessayez dans un instant.',
  tooOften: 'Trop d’essais depuis cet appareil. Attendez quelques minutes.',
  wrongCode: 'Ce code n’est pas bon, ou son heure est passée. Demandez-en un autre.',
  weakPin: 'Choisissez six à huit chiffres, ni tous égaux ni à la suite.',
  notSame: 'Les deux ne sont pas égaux. Choisissez encore.',
  unreachable: 'Le magasin ne répond pas. Réessayez dans un instant.',
  signedIn: (name) => `Vous êtes connecté, ${name}.`,
  signOut: 'Se déconnecter',
  goOn: 'Continuer',
};

const ar: SignInWords = {
  title: 'تسجيل الدخول',
  badge: 'البطاقة',
  badgeHint: 'امسحوا بطاقتكم أو أدخلوا رقمها.',
  pin: 'الرقم السري',
  code: 'الرمز',
  codeHint: 'الرمز الذي أعطاكم إياه المدير.',
  newPin: 'اختاروا رقماً سرياً',
  newPinHint: 'من ستة إلى ثمانية أرقام، غير متتالية.',
  again: 'مرة أخرى',
  keys: 'الأرقام',
  erase: 'احذفوا رقماً',
  next: 'التالي',
  enter: 'دخول',
  haveCode: 'لدي رمز',
  otherBadge: 'بطاقة أخرى',
  letters: 'لوحة المفاتيح',
  wait: 'لحظة',
  digits: (count) => `عدد الأرقام: ${count}`,
  wrong: (left) => `البطاقة أو الرقم السري غير صحيح. المحاولات الباقية: ${left}.`,
  locked: (time) => `محاولات كثيرة. حاولوا مجدداً عند ${time}. يمكن للمدير أن يعطيكم رمزاً قبل ذلك.`,
  busy: 'كثيرون يسجلون الدخول. حاولوا بعد لحظة.',
  tooOften: 'محاولات كثيرة من هذا الجهاز. انتظروا بضع دقائق.',
  wrongCode: 'الرمز غير صحيح أو انتهت ساعته. اطلبوا رمزاً جديداً.',
  weakPin: 'اختاروا من ستة إلى ثمانية أرقام، غير متطابقة وغير متتالية.',
  notSame: 'الرقمان غير متطابقين. اختاروا من جديد.',
  unreachable: 'لا يمكن الوصول إلى المتجر. حاولوا بعد لحظة.',
  signedIn: (name) => `تم تسجيل دخولكم، ${name}.`,
  signOut: 'تسجيل الخروج',
  goOn: 'متابعة',
};

const all = { en, de, es, fr, ar };
export type Language = keyof typeof all;
export const languageNames: Readonly<Record<Language, string>> = {
  en: 'English',
  de: 'Deutsch',
  es: 'Español',
  fr: 'Français',
  ar: 'العربية',
};
export const languages = Object.keys(all) as Language[];

export function wordsOf(language: Language): SignInWords {
  return all[language];
}

/** The first of her browser's that there are words for. */
export function languageOf(wished: readonly string[]): Language {
  const found = wished.map((tag) => tag.split('-')[0]).find((tag) => languages.includes(tag as Language));
  return (found as Language | undefined) ?? 'en';
}
