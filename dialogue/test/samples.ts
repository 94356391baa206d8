/**
 * Compiled dialogues for tests, made by hand: what the compiler would make of a few lines, with what is not named left
 * out of the way (no holdout, no limits, attention for all).
 */
import type {
  AttentionSettings,
  CompiledAnswer,
  CompiledDialogue,
  CompiledEntry,
  CompiledHouse,
  CompiledMeasure,
  CompiledRelease,
  CompiledSay,
  CompiledStep,
  CompiledSurface,
  FactPattern,
  Next,
  Render,
  Span,
  Test,
} from '../compiled.ts';

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

export function words(text: string): Render {
  return () => text;
}

export function pattern(
  type: FactPattern['type'],
  where: Test | null = null,
  rest: Partial<FactPattern> = {},
): FactPattern {
  return { type, zones: null, where, anyLine: null, ...rest };
}

export function onFact(
  type: FactPattern['type'],
  where: Test | null = null,
  rest: Partial<FactPattern> = {},
): CompiledEntry {
  return { kind: 'fact', pattern: pattern(type, where, rest) };
}

export function onDwell(zone: string, forMs: number, where: Test | null = null): CompiledEntry {
  return { kind: 'dwell', zones: [zone], forMs, where };
}

export function dialogue(
  name: string,
  rest: Partial<CompiledDialogue> & Pick<CompiledDialogue, 'enter' | 'steps'>,
): CompiledDialogue {
  return {
    name,
    title: name,
    type: 'III',
    priority: 5,
    objective: null,
    audience: null,
    holdout: 0,
    key: null,
    limits: { perVisit: null, perCustomer: null },
    schedule: null,
    variants: [],
    until: [],
    entryPaths: [],
    first: Object.keys(rest.steps)[0] as string,
    upgrade: { kind: 'stay' },
    ...rest,
  };
}

export function surface(channel: CompiledSurface['channel'], rest: Partial<CompiledSurface> = {}): CompiledSurface {
  return {
    channel,
    moment: 'any',
    zones: null,
    perishesOnLeaving: false,
    strength: 'guest',
    sensitivity: channel === 'screen' ? 'public' : 'near',
    text: words(`on ${channel}`),
    body: null,
    know: null,
    needs: null,
    to: null,
    again: null,
    approve: null,
    ...rest,
  };
}

export function answer(name: string, then: Next, rest: Partial<CompiledAnswer> = {}): CompiledAnswer {
  return { name, label: words(name), on: null, then, positive: true, form: [], ...rest };
}

interface SayParts {
  readonly on?: readonly CompiledSurface[];
  readonly validFor?: Span;
  readonly answers?: readonly CompiledAnswer[];
  readonly ignoredAfter?: Span;
  readonly ignored?: Next;
  readonly walkedAway?: Next;
  readonly actedElsewhere?: Next;
  readonly neverShown?: Next;
  readonly again?: { readonly max: number };
  readonly late?: Next;
  readonly with?: string;
}

export function say(parts: SayParts = {}): CompiledSay {
  return {
    verb: 'say',
    surfaces: parts.on ?? [surface('cart')],
    validFor: parts.validFor ?? { ms: 10 * minute },
    answers: parts.answers ?? [answer('yes', 'end'), answer('no', 'end', { positive: false })],
    silence: {
      neverShown: {
        again: parts.again ? 'next-visit' : null,
        max: parts.again?.max ?? 0,
        then: parts.neverShown ?? 'end',
      },
      ignored: { after: parts.ignoredAfter ?? { ms: 2 * minute }, then: parts.ignored ?? 'end' },
      walkedAway: { then: parts.walkedAway ?? 'end' },
      actedElsewhere: { then: parts.actedElsewhere ?? 'end' },
    },
    late: parts.late ?? null,
    with: parts.with ?? null,
  };
}

export function waitFor(ms: number, then: Next): CompiledStep {
  return { verb: 'wait', for: { kind: 'span', span: { ms } }, within: null, max: null, then, else: 'end' };
}

const calmAttention: AttentionSettings = {
  perVisit: 100,
  refill: 1,
  gapMs: 0,
  restAfterIgnored: 1000,
  restMs: 0,
  restAtHome: null,
  queueMax: 3,
  costs: { walking: 0, dwelling: 0, atRest: 0, atTill: 0 },
  cap: null,
};

export function house(
  rest: Partial<Omit<CompiledHouse, 'attention'>> & { attention?: Partial<AttentionSettings> } = {},
): CompiledHouse {
  return {
    attributes: {},
    globalHoldout: 0,
    stages: [],
    defaultLocale: 'en',
    timeZone: 'Europe/Zurich',
    sensitiveTags: [],
    ...rest,
    attention: { ...calmAttention, ...rest.attention },
  };
}

export function release(
  dialogues: readonly CompiledDialogue[],
  rest: { number?: number; house?: CompiledHouse; measures?: readonly CompiledMeasure[] } = {},
): CompiledRelease {
  return {
    number: rest.number ?? 1,
    hash: `release-${rest.number ?? 1}`,
    house: rest.house ?? house(),
    measures: rest.measures ?? [],
    dialogues,
  };
}
