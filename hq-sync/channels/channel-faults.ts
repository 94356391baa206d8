/**
 * What keeps a channel from working: a mail server that does not talk, a mailbox that lets nobody in, a folder that takes
 * no letters. It is tried again by itself, and nothing is lost; somebody has to mend it all the same. Each kind is told
 * once an hour, with what to do, counted, and stands until the channel works again. Of this process alone.
 */
import type { Clock } from '@kairos/protocol/ports.ts';

/** What to do, by what is wrong. */
export const faultAdvice = {
  'smtp-unreachable':
    'The mail server does not answer. Is it running, and are channels.email.smtp.host and port its own?',
  'smtp-tls': 'The mail server offers no encryption that can be trusted: mend its certificate, or see requireTls.',
  'smtp-login': 'The mail server does not let us in: check user and password under channels.email.smtp.',
  'smtp-refused': 'The mail server takes nothing from us: check channels.email.from and domain, and ask who runs it.',
  'imap-unreachable':
    'The mailbox does not answer. Is its server running, and are channels.email.imap.host and port its own?',
  'imap-login': 'The mailbox does not let us in: check user and password under channels.email.imap.',
  'imap-folder': 'The mailbox has no such folder: check channels.email.imap.folder.',
  'letters-folder':
    'Letters cannot be written: check channels.mail.folder, who may write there, and the room on its disk.',
  'font-missing':
    'A letter waits because no font has one of its characters: name a font that has it under channels.mail.fonts.',
  other: 'Nothing is lost, it is tried again. If this goes on, tell whoever looks after headquarters.',
} as const satisfies Readonly<Record<string, string>>;
export type FaultKind = keyof typeof faultAdvice;
export type FaultyChannel = 'smtp' | 'imap' | 'letters';

/** A fault whose kind is known where it happens. */
export class ChannelFault extends Error {
  readonly kind: FaultKind;

  constructor(kind: FaultKind, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.kind = kind;
  }
}

export interface FaultStanding {
  readonly kind: FaultKind;
  /** What the other side, or the system, said last. */
  readonly said: string;
  readonly since: number;
  readonly lastAt: number;
  /** Since this process began. */
  readonly count: number;
  readonly advice: string;
}

export interface ChannelFaultsOptions {
  readonly clock: Clock;
  /** Told at most once an hour of each kind. */
  readonly onFault?: ((fault: FaultStanding) => void) | undefined;
}

const toldEveryMs = 3_600_000;
/** Tried at least every hour: what was not heard of for so long has gone by itself. */
const standingMs = 6 * 3_600_000;
const saidMax = 300;

interface Known {
  readonly said: string;
  readonly since: number;
  readonly lastAt: number;
  readonly toldAt: number;
  readonly count: number;
  readonly stands: boolean;
}

export class ChannelFaults {
  readonly #options: ChannelFaultsOptions;
  readonly #known = new Map<FaultKind, Known>();

  constructor(options: ChannelFaultsOptions) {
    this.#options = options;
  }

  note(error: Error): void {
    const kind = error instanceof ChannelFault ? error.kind : 'other';
    const now = this.#options.clock.now();
    const before = this.#known.get(kind);
    const isToTell = before === undefined || now - before.toldAt >= toldEveryMs;
    const known: Known = {
      said: error.message.slice(0, saidMax),
      since: before?.stands ? before.since : now,
      lastAt: now,
      toldAt: isToTell ? now : before.toldAt,
      count: (before?.count ?? 0) + 1,
      stands: true,
    };
    this.#known.set(kind, known);
    if (isToTell) this.#options.onFault?.(standingOf(kind, known));
  }

  /** It has done what it is there for: whatever was wrong with it is over. */
  mended(channel: FaultyChannel): void {
    for (const [kind, known] of this.#known)
      if (known.stands && kind.startsWith(`${channel}-`)) this.#known.set(kind, { ...known, stands: false });
  }

  /** What is wrong now, the newest first. */
  get standing(): readonly FaultStanding[] {
    const now = this.#options.clock.now();
    return [...this.#known]
      .filter(([, { stands, lastAt }]) => stands && now - lastAt < standingMs)
      .map(([kind, known]) => standingOf(kind, known))
      .sort((one, other) => other.lastAt - one.lastAt);
  }

  /** Of each kind, since this process began. */
  get counts(): Partial<Record<FaultKind, number>> {
    return Object.fromEntries([...this.#known].map(([kind, { count }]) => [kind, count]));
  }
}

function standingOf(kind: FaultKind, { said, since, lastAt, count }: Known): FaultStanding {
  return { kind, said, since, lastAt, count, advice: faultAdvice[kind] };
}
