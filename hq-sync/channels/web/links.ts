/** Where the personal pages of one person are: the addresses that mails and letters carry. */
import { signLink } from '../../customers/personal-link.ts';
import type { Command } from '../command.ts';

export interface WebPlace {
  /** "https://hello.example.com", without a slash at its end. */
  readonly origin: string;
  /** Of all personal links (`linkKeyOf`). */
  readonly linkKey: string;
  /** Days for which a link in a message opens its page, from when the message was decided. */
  readonly linkDays: number;
}

export interface MessageLinks {
  /** The page that greets her; with an answer, it is chosen there already and waits for her press. */
  readonly page: (answer?: string) => string;
  readonly stop: string;
  readonly preferences: string;
}

const dayMs = 86_400_000;
/** Whoever finds an old mail may still stop what comes. */
const stopDays = 3650;
const answerPrefix = 'web:';
const stopPrefix = 'stop:';

export function linksOf({ chainId, command, madeAt }: Command, { origin, linkKey, linkDays }: WebPlace): MessageLinks {
  const sign = (purpose: string, days: number): string =>
    signLink({ chainId, purpose, until: madeAt + days * dayMs }, linkKey);
  const page = `${origin}/w/${sign(answerPrefix + command, linkDays)}`;
  return {
    page: (answer) => (answer === undefined ? page : `${page}?answer=${encodeURIComponent(answer)}`),
    stop: `${origin}/stop/${sign(stopPrefix + command, stopDays)}`,
    preferences: `${origin}/preferences/${sign('preferences', linkDays)}`,
  };
}

/** The command that a link's purpose names; null where the link is for something else. */
export function commandAnswered(purpose: string): string | null {
  return purpose.startsWith(answerPrefix) ? purpose.slice(answerPrefix.length) : null;
}

export function commandStopped(purpose: string): string | null {
  return purpose.startsWith(stopPrefix) ? purpose.slice(stopPrefix.length) : null;
}
