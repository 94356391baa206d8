export interface PreferenceWords {
  readonly title: string;
  readonly channels: string;
  readonly channel: Readonly<Record<'email' | 'call' | 'mail' | 'web' | 'inStore', string>>;
  readonly frequency: string;
  readonly often: Readonly<Record<'any' | 'weekly' | 'monthly', string>>;
  readonly pause: string;
  readonly paused: (until: string) => string;
  readonly pauseFor: Readonly<Record<'none' | 'keep' | 'month' | 'quarter' | 'open', string>>;
  readonly save: string;
  readonly saved: string;
  readonly said: string;
  readonly saidNothing: string;
  readonly why: (dialogue: string) => string;
  readonly outcome: Readonly<Record<'seen' | 'answered' | 'quiet' | 'waiting', string>>;
  /** The surfaces of a store and of headquarters, beside `channel`. */
  readonly surface: Readonly<Record<string, string>>;
  readonly everything: string;
  readonly everythingMore: string;
  readonly look: string;
  readonly download: string;
  readonly given: string;
  readonly agreed: string;
  readonly happened: string;
  readonly granted: string;
  readonly withdrawn: string;
  readonly nothing: string;
  readonly back: string;
  readonly forget: string;
  readonly forgetMore: string;
  readonly forgetSure: string;
  readonly forgetNow: string;
  readonly forgotten: string;
  readonly forgottenMore: (stores: number) => string;
  readonly over: string;
  readonly overMore: string;
  readonly unknown: string;
  readonly unknownMore: string;
}

export const en: PreferenceWords = {
  title: 'What you hear from us',
  channels: 'You may speak to me',
  channel: {
    email: 'By e-mail',
    call: 'By telephone',
    mail: 'By letter',
    web: 'On your website',
    inStore: 'In the store',
  },
  frequency: 'How often',
  often: { any: 'When there is something for me', weekly: 'At most once a week', monthly: 'At most once a month' },
  pause: 'A pause',
  paused: (until) => `You hear nothing from us until ${until}.`,
  pauseFor: {
    none: 'No pause',
    keep: 'Stay as it is',
    month: 'For a month',
    quarter: 'For three months',
    open: 'Until I say otherwise',
  },
  save: 'Save',
  saved: 'Saved. It holds from now on.',
  said: 'What we said, and why',
  saidNothing: 'We have said nothing to you yet.',
  why: (dialogue) => `Because of: ${dialogue}`,
  outcome: {
    seen: 'You have seen it.',
    answered: 'You answered:',
    quiet: 'You did not answer.',
    waiting: 'It is on its way.',
  },
  surface: {
    cart: 'On the cart',
    screen: 'On a screen in the store',
    handheld: 'By an associate',
    pos: 'At the till',
    receipt: 'On a receipt',
  },
  everything: 'Everything we know of you',
  everythingMore: 'All of it, as it stands with us: to read here, or to take with you.',
  look: 'Read it',
  download: 'Download it (JSON)',
  given: 'What you gave us',
  agreed: 'What you agreed to',
  happened: 'What happened',
  granted: 'yes',
  withdrawn: 'no',
  nothing: 'Nothing.',
  back: 'Back',
  forget: 'Forget me',
  forgetMore: 'We delete who you are, here and in every store. What you bought stays in the books, without you.',
  forgetSure: 'Forget you for good?',
  forgetNow: 'Yes, forget me',
  forgotten: 'You are forgotten',
  forgottenMore: (stores) =>
    stores === 0 ? 'No store has to be told.' : `${stores} stores are being told, and each says when it is done.`,
  over: 'This link is too old',
  overMore: 'The next message from us has a new one.',
  unknown: 'This link leads nowhere',
  unknownMore: 'Perhaps a part of it was lost on the way. Open it from the message once more.',
};
