/** The headquarters of `npm start`: what its process tells, and how it is waited for. */
import type { StartedProcess } from './child-process.ts';

/** By environment or file, what a store needs to use its line. */
export interface HeadquartersLine {
  readonly kind: 'line';
  readonly url: string;
  readonly token: string;
  readonly releaseKey: string;
}

export interface HeadquartersPerson {
  /** What she signs in with. */
  readonly person: string;
  readonly password: string;
  /** "/calls", and what is to be seen there. */
  readonly page: string;
  readonly shows: string;
}

export interface HeadquartersStarting {
  /** As soon as the store may use it; null where the process ended before. */
  readonly line: Promise<HeadquartersLine | null>;
  /** Once its pages answer and have something to show. */
  readonly people: Promise<readonly HeadquartersPerson[] | null>;
}

type Told = HeadquartersLine | { readonly kind: 'ready'; readonly people: readonly HeadquartersPerson[] };

export function hearHeadquarters(started: Pick<StartedProcess, 'onMessage' | 'ended'>): HeadquartersStarting {
  const line = Promise.withResolvers<HeadquartersLine | null>();
  const people = Promise.withResolvers<readonly HeadquartersPerson[] | null>();
  started.onMessage((message) => {
    const told = message as Told;
    if (told.kind === 'line') line.resolve(told);
    else people.resolve(told.people);
  });
  void started.ended.then(() => {
    line.resolve(null);
    people.resolve(null);
  });
  return { line: line.promise, people: people.promise };
}

/** Settings of the store (KAIROS_ and the key path): a person who looks does not want to wait for the night. */
export function lineSettings({ url, token, releaseKey }: HeadquartersLine): Record<string, string> {
  return {
    KAIROS_HQ_URL: url,
    KAIROS_HQ_TOKEN: token,
    KAIROS_HQ_RELEASE_KEY: releaseKey,
    KAIROS_HQ_TRICKLE_MINUTES: '1',
  };
}
