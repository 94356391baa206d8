export interface PeopleWords {
  // Signing in.
  readonly signIn: string;
  readonly name: string;
  readonly password: string;
  readonly wrong: string;
  readonly locked: (minutes: number) => string;
  readonly busy: string;
  readonly signOut: string;
  // Calls.
  readonly calls: string;
  readonly waiting: (count: number) => string;
  readonly doneToday: (taken: number, perDay: number) => string;
  readonly next: string;
  readonly none: string;
  readonly dayIsFull: string;
  /** `language` as it is called in these words' own. */
  readonly spokenIn: (language: string) => string;
  readonly toKnow: string;
  readonly toSay: string;
  readonly sheSays: string;
  readonly notReached: string;
  readonly giveBack: string;
  readonly yoursUntil: (time: string) => string;
  readonly priority: (priority: number) => string;
  readonly notYours: string;
  readonly missing: string;
  readonly choose: string;
  readonly noTeam: string;
  // Signatures.
  readonly letters: string;
  readonly noLetters: string;
  readonly sign: string;
  readonly doNotSign: string;
  readonly signedBefore: string;
  // What came back.
  readonly replies: string;
  readonly noReplies: string;
  readonly unclearMail: string;
  readonly seen: string;
}

export const en: PeopleWords = {
  signIn: 'Sign in',
  name: 'Name or badge',
  password: 'Password',
  wrong: 'Name or password is not right.',
  locked: (minutes) => `Too many tries. Try again in ${minutes} minutes.`,
  busy: 'Many are signing in just now. Try again in a moment.',
  signOut: 'Sign out',
  calls: 'Calls',
  waiting: (count) => (count === 1 ? 'One call is waiting.' : `${count} calls are waiting.`),
  doneToday: (taken, perDay) => `${taken} of ${perDay} today`,
  next: 'Next call',
  none: 'Nobody is waiting for a call now.',
  dayIsFull: 'Your team has made all calls of today.',
  spokenIn: (language) => `To be spoken to in ${language}.`,
  toKnow: 'Good to know',
  toSay: 'To say',
  sheSays: 'What was answered',
  notReached: 'Nobody was reached',
  giveBack: 'Give this call back',
  yoursUntil: (time) => `Yours until ${time}`,
  priority: (priority) => `Priority ${priority} of 9`,
  notYours: 'This call was not yours any more: it has been handed on.',
  missing: 'Please fill in what is empty.',
  choose: 'Please choose',
  noTeam: 'You belong to no team that makes calls. Ask whoever looks after headquarters.',
  letters: 'Letters to sign',
  noLetters: 'No letter waits for you.',
  sign: 'Sign',
  doNotSign: 'Do not send it',
  signedBefore: 'Somebody else was first, or its time is over.',
  replies: 'What people wrote back',
  noReplies: 'Nobody has written back.',
  unclearMail: 'This may be a failure to deliver or a complaint. It was not taken for an answer.',
  seen: 'Dealt with',
};
