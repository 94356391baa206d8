export interface ChannelWords {
  /** Before her name; without one, nobody is greeted. */
  readonly hello: (name: string) => string;
  // In a mail.
  readonly whyYouGetThis: string;
  readonly stopMails: string;
  readonly preferences: string;
  // On the page behind a link.
  readonly yourAnswer: string;
  readonly send: string;
  readonly choose: string;
  readonly thanks: string;
  readonly thanksMore: string;
  readonly already: (answer: string) => string;
  readonly alreadyMore: string;
  readonly over: string;
  readonly overMore: string;
  readonly unknown: string;
  readonly unknownMore: string;
  readonly missing: string;
  // Stopping mails.
  readonly stopTitle: string;
  readonly stopMore: string;
  readonly stopNow: string;
  readonly stopped: string;
  readonly stoppedMore: string;
}

export const en: ChannelWords = {
  hello: (name) => `Hello ${name}`,
  whyYouGetThis: 'You get this mail because you said that we may write to you.',
  stopMails: 'No more mails',
  preferences: 'What we may say, and how often',
  yourAnswer: 'Your answer',
  send: 'Send',
  choose: 'Please choose',
  thanks: 'Thank you',
  thanksMore: 'Your answer has reached us. You can close this page.',
  already: (answer) => `You have answered: ${answer}`,
  alreadyMore: 'Nothing more is needed. You can close this page.',
  over: 'This is over',
  overMore: 'The time for an answer has passed. We will ask again when there is something for you.',
  unknown: 'This link leads nowhere',
  unknownMore: 'Perhaps a part of it was lost on the way. Open it from the message once more.',
  missing: 'Please fill in what is empty.',
  stopTitle: 'No more mails?',
  stopMore: 'We will not write to this address any more. Everything else stays as it is.',
  stopNow: 'Stop the mails',
  stopped: 'The mails have stopped',
  stoppedMore: 'One that is already on its way may still arrive.',
};
