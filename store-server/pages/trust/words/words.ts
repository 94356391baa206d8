/** What the trust page says, in the languages that people of the store read. A missing word is a type error. */
import type { Language } from '../../sign-in/words/words.ts';

export interface TrustWords {
  readonly title: (store: string) => string;
  readonly why: string;
  readonly compareTitle: string;
  readonly compare: string;
  readonly takeTitle: string;
  readonly take: string;
  readonly tellTitle: string;
  readonly android: readonly string[];
  readonly apple: readonly string[];
  readonly chrome: readonly string[];
  readonly chromeName: string;
  readonly openTitle: string;
  readonly open: string;
  readonly qr: string;
  readonly ends: (date: string) => string;
  readonly alone: string;
  readonly unreachable: string;
}

const en: TrustWords = {
  title: (store) => `Trust ${store}`,
  why: 'So that this device knows the store, and nobody can pretend to be it. Once for each device.',
  compareTitle: 'Compare',
  compare: 'Open this page on the store’s own computer, too. The same must stand there, from the first to the last.',
  takeTitle: 'Take the store’s certificate',
  take: 'Download it',
  tellTitle: 'Tell this device',
  android: [
    'Settings, then search for “CA certificate”.',
    'Choose “Install anyway”, and the file kairos-store.crt.',
    'Chrome on Android trusts it from then on.',
  ],
  apple: [
    'Open the file and allow the profile.',
    'Settings, General, VPN & Device Management: install it.',
    'Settings, General, About, Certificate Trust Settings: switch it on.',
  ],
  chrome: [
    'Open chrome://certificate-manager, then “Installed by you”.',
    'Import kairos-store.crt as trusted.',
    'Close Chrome and open it again.',
  ],
  chromeName: 'Chrome on a computer',
  openTitle: 'Open the store',
  open: 'Go to the store',
  qr: 'Scan this with a handheld’s camera to open this page there.',
  ends: (date) => `Good until ${date}.`,
  alone: 'This store is open on its own computer alone: no device has to trust anything.',
  unreachable: 'The store cannot be reached. Try again in a moment.',
};

const de: TrustWords = {
  title: (store) => `${store} vertrauen`,
  why: 'Damit dieses Gerät den Laden kennt und niemand sich für ihn ausgeben kann. Einmal für jedes Gerät.',
  compareTitle: 'Vergleichen',
  compare:
    'Diese Seite auch am Rechner des Ladens öffnen. Dort muss dasselbe stehen, vom ersten bis zum letzten Zeichen.',
  takeTitle: 'Das Zertifikat des Ladens holen',
  take: 'Herunterladen',
  tellTitle: 'Dem Gerät sagen',
  android: [
    'Einstellungen, dort nach „CA-Zertifikat“ suchen.',
    '„Trotzdem installieren“ wählen, dann die Datei kairos-store.crt.',
    'Chrome auf Android vertraut ihm von da an.',
  ],
  apple: [
    'Die Datei öffnen und das Profil erlauben.',
    'Einstellungen, Allgemein, VPN und Geräteverwaltung: installieren.',
    'Einstellungen, Allgemein, Info, Zertifikatsvertrauen: einschalten.',
  ],
  chrome: [
    'chrome://certificate-manager öffnen, dann „Von Ihnen installiert“.',
    'kairos-store.crt als vertrauenswürdig importieren.',
    'Chrome schließen und neu öffnen.',
  ],
  chromeName: 'Chrome am Computer',
  openTitle: 'Den Laden öffnen',
  open: 'Zum Laden',
  qr: 'Mit der Kamera eines Handgeräts scannen, um diese Seite dort zu öffnen.',
  ends: (date) => `Gültig bis ${date}.`,
  alone: 'Dieser Laden ist nur auf seinem eigenen Rechner offen: kein Gerät muss etwas vertrauen.',
  unreachable: 'Der Laden ist nicht erreichbar. Gleich noch einmal versuchen.',
};

const es: TrustWords = {
  title: (store) => `Confiar en ${store}`,
  why: 'Para que este aparato conozca la tienda y nadie pueda hacerse pasar por ella. Una vez por aparato.',
  compareTitle: 'Comparar',
  compare: 'Abra esta página también en el ordenador de la tienda. Allí debe decir lo mismo, del principio al fin.',
  takeTitle: 'Tomar el certificado de la tienda',
  take: 'Descargarlo',
  tellTitle: 'Decírselo al aparato',
  android: [
    'Ajustes, y busque «certificado CA».',
    'Elija «Instalar de todos modos» y el archivo kairos-store.crt.',
    'Chrome en Android confía en él desde entonces.',
  ],
  apple: [
    'Abra el archivo y permita el perfil.',
    'Ajustes, General, VPN y gestión de dispositivos: instálelo.',
    'Ajustes, General, Información, Confianza en certificados: actívelo.',
  ],
  chrome: [
    'Abra chrome://certificate-manager y «Instalados por usted».',
    'Importe kairos-store.crt como de confianza.',
    'Cierre Chrome y ábralo otra vez.',
  ],
  chromeName: 'Chrome en un ordenador',
  openTitle: 'Abrir la tienda',
  open: 'Ir a la tienda',
  qr: 'Escanee esto con la cámara de un aparato para abrir allí esta página.',
  ends: (date) => `Vale hasta el ${date}.`,
  alone: 'Esta tienda está abierta solo en su propio ordenador: ningún aparato tiene que confiar en nada.',
  unreachable: 'No hay contacto con la tienda. Pruebe de nuevo en un momento.',
};

const fr: TrustWords = {
  title: (store) => `Faire confiance à ${store}`,
  why: 'Pour que cet appareil connaisse le magasin et que personne ne se fasse passer pour lui. Une fois par appareil.',
  compareTitle: 'Comparer',
  compare: 'Ouvrez aussi cette page sur l’ordinateur du magasin. La même suite doit y être, du début à la fin.',
  takeTitle: 'Prendre le certificat du magasin',
  take: 'Le télécharger',
  tellTitle: 'Le dire à l’appareil',
  android: [
    'Paramètres, puis cherchez « certificat CA ».',
    'Choisissez « Installer quand même », puis le fichier kairos-store.crt.',
    'Chrome sur Android lui fait confiance dès lors.',
  ],
  apple: [
    'Ouvrez le fichier et autorisez le profil.',
    'Réglages, Général, VPN et gestion de l’appareil : installez-le.',
    'Réglages, Général, Informations, Réglages des certificats : activez-le.',
  ],
  chrome: [
    'Ouvrez chrome://certificate-manager, puis « Installés par vous ».',
    'Importez kairos-store.crt comme fiable.',
    'Fermez Chrome et rouvrez-le.',
  ],
  chromeName: 'Chrome sur un ordinateur',
  openTitle: 'Ouvrir le magasin',
  open: 'Aller au magasin',
  qr: 'Scannez ceci avec la caméra d’un appareil pour y ouvrir cette page.',
  ends: (date) => `Valable jusqu’au ${date}.`,
  alone: 'Ce magasin n’est ouvert que sur son propre ordinateur : aucun appareil n’a à lui faire confiance.',
  unreachable: 'Le magasin ne répond pas. Réessayez dans un instant.',
};

const ar: TrustWords = {
  title: (store) => `الثقة بمتجر ${store}`,
  why: 'ليعرف هذا الجهاز المتجر، ولا ينتحل أحد اسمه. مرة واحدة لكل جهاز.',
  compareTitle: 'قارنوا',
  compare: 'افتحوا هذه الصفحة على حاسوب المتجر أيضاً. يجب أن يكون المكتوب هناك هو نفسه من أوله إلى آخره.',
  takeTitle: 'خذوا شهادة المتجر',
  take: 'تنزيل الشهادة',
  tellTitle: 'عرّفوا الجهاز بها',
  android: [
    'الإعدادات، ثم ابحثوا عن «شهادة CA».',
    'اختاروا «التثبيت على أي حال» ثم الملف kairos-store.crt.',
    'يثق بها Chrome على Android منذ ذلك الحين.',
  ],
  apple: [
    'افتحوا الملف واسمحوا بملف التعريف.',
    'الإعدادات، عام، VPN وإدارة الجهاز: ثبتوه.',
    'الإعدادات، عام، حول، إعدادات الثقة بالشهادات: فعّلوه.',
  ],
  chrome: [
    'افتحوا chrome://certificate-manager ثم الشهادات التي ثبتموها.',
    'استوردوا kairos-store.crt كشهادة موثوقة.',
    'أغلقوا Chrome وافتحوه من جديد.',
  ],
  chromeName: 'Chrome على الحاسوب',
  openTitle: 'افتحوا المتجر',
  open: 'إلى المتجر',
  qr: 'امسحوا هذا بكاميرا جهاز يدوي لفتح هذه الصفحة عليه.',
  ends: (date) => `صالحة حتى ${date}.`,
  alone: 'هذا المتجر مفتوح على حاسوبه وحده: لا حاجة لأي جهاز أن يثق بشيء.',
  unreachable: 'لا يمكن الوصول إلى المتجر. حاولوا بعد لحظة.',
};

const all: Readonly<Record<Language, TrustWords>> = { en, de, es, fr, ar };

export function trustWordsOf(language: Language): TrustWords {
  return all[language];
}
