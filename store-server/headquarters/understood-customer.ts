/**
 * A customer as headquarters of a later version say her, as far as this store understands it: what is not of a known
 * form is left out, by itself, so that a withdrawn consent counts however the rest has changed. Nothing of it reaches a
 * dialogue in a form that it does not know.
 */
import { readRun } from '@kairos/dialogue/engine/state-codec.ts';
import { consentPurposes, scalar } from '@kairos/protocol/facts.ts';
import {
  type CustomerChange,
  customerChange,
  lentCap,
  lentRun,
  type SaidChange,
} from '@kairos/protocol/sync-messages.ts';
import { z } from 'zod';

export interface Understood {
  /** Null: it says nothing that this store knows. */
  readonly change: CustomerChange | null;
  /** Nothing was left out. */
  readonly isWhole: boolean;
}

const { shape } = customerChange;
const word = z.strictObject({ granted: z.boolean(), at: z.int() });
/** A form of consent that is not known is none. */
const doubtfulWord = z.object({ at: z.int() }).transform(({ at }) => ({ granted: false, at }));
/** So much has to be there, in some form. */
const outline = z
  .object({
    kind: z.literal('customer'),
    chainId: shape.chainId,
    attributes: z.record(z.string(), z.unknown()),
    locale: z.unknown(),
    consent: z.record(z.string(), z.unknown()),
    runs: z.array(z.unknown()),
    also: z.array(z.unknown()).default([]),
    cap: z.unknown().optional(),
  })
  .loose();

export function understoodCustomer(said: SaidChange): Understood {
  const parsed = outline.safeParse(said);
  if (!parsed.success) return { change: null, isWhole: false };
  const { chainId, attributes, locale, consent, runs, also, cap, ...more } = parsed.data;
  const sifted = new Sifted();
  const change: CustomerChange = {
    kind: 'customer',
    chainId,
    attributes: sifted.entries(attributes, (value, name) => (name.length > 80 ? undefined : read(scalar, value))),
    locale: sifted.one(read(shape.locale, locale)) ?? '',
    consent: sifted.entries(consent, (value, purpose) => {
      if (!(consentPurposes as readonly string[]).includes(purpose)) return undefined;
      return read(word, value) ?? sifted.instead(read(doubtfulWord, value));
    }),
    runs: sifted.items(runs, (run) => {
      const lent = read(lentRun, run);
      return lent && isReadable(lent.state) ? lent : undefined;
    }),
    also: sifted.items(also, (id) => read(shape.chainId, id)),
    ...sifted.cap(cap),
  };
  const isBare = Object.keys(more).every((name) => name === 'kind');
  return { change, isWhole: isBare && sifted.isWhole };
}

class Sifted {
  isWhole = true;

  one<Value>(value: Value | undefined): Value | undefined {
    if (value === undefined) this.isWhole = false;
    return value;
  }

  cap(said: unknown): Pick<CustomerChange, 'cap'> {
    const cap = said === undefined ? undefined : this.one(read(lentCap, said));
    return cap === undefined ? {} : { cap };
  }

  /** Not what was said. */
  instead<Value>(value: Value): Value {
    this.isWhole = false;
    return value;
  }

  items<Value>(from: readonly unknown[], sift: (item: unknown) => Value | undefined): Value[] {
    return from.flatMap((item) => {
      const value = this.one(sift(item));
      return value === undefined ? [] : [value];
    });
  }

  entries<Value>(
    from: Readonly<Record<string, unknown>>,
    sift: (value: unknown, name: string) => Value | undefined,
  ): Record<string, Value> {
    const kept = Object.entries(from).flatMap(([name, item]): [string, Value][] => {
      const value = this.one(sift(item, name));
      return value === undefined ? [] : [[name, value]];
    });
    return Object.fromEntries(kept);
  }
}

function read<Value>(schema: z.ZodType<Value>, value: unknown): Value | undefined {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** A run as a later engine writes it may be none that this one can go on with: headquarters keep it. */
function isReadable(state: string): boolean {
  try {
    readRun(state);
    return true;
  } catch {
    return false;
  }
}
