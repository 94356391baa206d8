import type { OperatorWords } from './en.ts';

export const fr: OperatorWords = {
  headquarters: 'Siège',
  places: { stores: 'Magasins', customers: 'Clientes', results: 'Résultats' },
  noStore: 'Il n’y a pas encore de magasin. Pour en ajouter un :',
  column: {
    store: 'Magasin',
    heard: 'Dernières nouvelles',
    facts: 'Faits',
    toCome: 'À monter',
    down: 'Descendu, sur le tout',
    putAside: 'Mis de côté',
    erasures: 'Effacements dus',
    release: 'Version',
  },
  never: 'jamais',
  outOfTouch: 'sans contact',
  downOf: (said, all) => `${said} sur ${all}`,
  notAsked: 'pas encore demandé',
  badFact: (store, number) => `${store}, fait ${number}`,
  noTraces: 'Rien de ce qui a été effacé ne reste dans les fichiers de la base de données.',
  waitsForUpdate: ({ names, needs, knows }) =>
    `sans ${names}. Écrits dans la version ${needs} du langage ; le magasin connaît la ${knows}. Mettez le magasin à jour.`,
  foldedToOne: (count, shown) =>
    count === 1
      ? 'En 30 jours, deux magasins hors ligne ont pris une même décision ; elle compte une fois.'
      : `En 30 jours, deux magasins hors ligne ont pris ${shown} mêmes décisions ; chacune compte une fois.`,
  tracesSince: (since) =>
    `Ce qui a été effacé depuis ${since} est encore à recouvrir dans les fichiers de la base de données ; cela se fait tout seul.`,
  logHolds: 'Le journal de la base de données contient encore ce qui a été effacé. Reste à faire :',
  toMend: 'À réparer',
  faultSince: (since, count, times) => `Depuis ${since}, ${count === 1 ? 'une fois' : `${times} fois`} :`,
  advice: {
    'smtp-unreachable':
      'Le serveur de courrier ne répond pas. Est-il en marche, et channels.email.smtp.host et port sont-ils les siens ?',
    'smtp-tls':
      'Le serveur de courrier n’offre aucun chiffrement digne de confiance : réparez son certificat, ou voyez requireTls.',
    'smtp-login':
      'Le serveur de courrier ne nous laisse pas entrer : vérifiez user et password sous channels.email.smtp.',
    'smtp-refused':
      'Le serveur de courrier n’accepte rien de nous : vérifiez channels.email.from et domain, et demandez à qui le gère.',
    'imap-unreachable':
      'La boîte aux lettres ne répond pas. Son serveur est-il en marche, et channels.email.imap.host et port sont-ils les siens ?',
    'imap-login':
      'La boîte aux lettres ne nous laisse pas entrer : vérifiez user et password sous channels.email.imap.',
    'imap-folder': 'La boîte aux lettres n’a pas ce dossier : vérifiez channels.email.imap.folder.',
    'font-missing':
      'Une lettre attend, car aucune police n’a l’un de ses caractères : indiquez sous channels.mail.fonts une police qui l’a.',
    'letters-folder':
      'Les lettres ne peuvent être écrites : vérifiez channels.mail.folder, qui peut y écrire, et la place sur le disque.',
    other: 'Rien n’est perdu, un nouvel essai suit. Si cela dure, prévenez qui s’occupe du siège.',
  },
  number: 'Sa carte, ou le numéro que la maison lui a donné',
  lookUp: 'La chercher',
  isWrittenDown: 'Qui cherche quelqu’un est noté.',
  wrongDigit: 'Un chiffre de ce numéro est faux. Vérifiez-le encore une fois.',
  noNumber: 'Ce n’est pas un numéro de cliente de cette maison.',
  isForgotten: 'Elle a demandé à être oubliée : rien n’est connu d’elle.',
  isUnknown: 'Rien n’est connu d’une cliente de ce numéro.',
  known: 'Ce qui est connu',
  field: {
    language: 'langue',
    since: 'depuis',
    agreed: 'd’accord pour',
    frequency: 'à quelle fréquence',
    pausedUntil: 'en pause jusqu’au',
  },
  notKnown: 'inconnue',
  agreedNothing: 'rien',
  frequency: {
    any: 'dès qu’il y a quelque chose',
    weekly: 'au plus une fois par semaine',
    monthly: 'au plus une fois par mois',
  },
  purpose: {
    remember: 'qu’on se souvienne d’elle',
    inStore: 'en magasin',
    email: 'e-mail',
    call: 'appels',
    mail: 'lettres',
    web: 'le site',
    sensitive: 'articles délicats',
  },
  dialogues: 'Dialogues',
  inNone: 'Elle n’est et n’a été dans aucun.',
  run: { dialogue: 'Dialogue', entered: 'Entrée', stands: 'Où il en est' },
  isLeftAlone: 'laissée en paix',
  justEntered: 'tout juste entrée',
  ended: (reason) => `terminé : ${reason}`,
  said: 'Ce qui lui a été dit, et pourquoi',
  saidNothing: 'Rien ne lui a encore été dit.',
  outcome: {
    seen: 'Elle l’a vu.',
    answered: 'Elle a répondu :',
    quiet: 'Elle n’a pas répondu.',
    waiting: 'C’est en route.',
  },
  happened: 'Ce qui s’est passé',
  nothingYet: 'Rien encore.',
  stillCounting: (facts) => `Reste à compter : ${facts} faits déjà reçus.`,
  nobodyEntered: 'Aucune cliente n’est encore entrée dans un dialogue.',
  figure: {
    entered: 'Entrées',
    shown: 'Montré',
    answered: 'Répondu',
    ignored: 'Ignoré',
    'walked-away': 'Parties',
    'acted-elsewhere': 'Fait autrement',
    'never-shown': 'Jamais montré',
    reached: 'Au but',
  },
  alone: 'Laissées en paix',
  reachedAlone: 'Au but seules',
  lift: 'Effet (95 %)',
  liftBetween: (points, low, high) => `${points} (de ${low} à ${high})`,
  points: (points) => `${points} points`,
  customersEntered: (count, written) => (count === 1 ? 'Une cliente est entrée.' : `${written} clientes sont entrées.`),
  shareAnswered: (percent) => `${percent} de ce qui a été montré a reçu une réponse.`,
  nobodyAlone: 'Personne n’a été laissé en paix : nul ne sait ce que cela apporte.',
  tooFew: ({ heard, alone, least }) =>
    `Trop peu pour dire ce que cela apporte : ${heard} contre ${alone} laissées en paix ; à partir de ${least} de chaque côté, c’est possible.`,
  tooFewToTell: 'trop peu pour le dire',
  lifted: ({ points, isMore, alone, giveOrTake }) =>
    `Au but : ${points} de ${isMore ? 'plus' : 'moins'} que parmi les ${alone} clientes laissées en paix, à ${giveOrTake} près.`,
};
