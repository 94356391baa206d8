/**
 * Values of customers' attributes as bits, so that "is hers one of these" is one operation on two numbers: a table for
 * the whole engine, because every bucket asks for the same few attributes.
 */
import type { Scalar } from '@kairos/protocol/facts.ts';
import type { PatternGuard } from '../compiled.ts';

/** Values of one attribute that are told apart; who asks for more is tried by its whole condition. */
const valuesMax = 30;
/** A value that nobody asks for. */
const otherValue = 1 << valuesMax;
export const anyValue = -1;

export class AttributeBits {
  readonly name: string;
  #fallback: Scalar | null = null;
  readonly #bits = new Map<Scalar, number>();

  constructor(name: string) {
    this.name = name;
  }

  /** The bit of her value. */
  of(customer: Readonly<Record<string, unknown>>): number {
    return this.#bits.get((customer[this.name] ?? this.#fallback) as Scalar) ?? otherValue;
  }

  /** The bits of these values; null where they cannot be told apart. */
  wanted({ values, fallback }: NonNullable<PatternGuard['among']>): number | null {
    if (this.#bits.size === 0) this.#fallback = fallback;
    if (fallback !== this.#fallback) return null;
    const fresh = values.filter((value) => !this.#bits.has(value));
    if (this.#bits.size + fresh.length > valuesMax) return null;
    for (const value of fresh) this.#bits.set(value, 1 << this.#bits.size);
    return values.reduce<number>((bits, value) => bits | (this.#bits.get(value) ?? 0), 0);
  }
}

export class AttributeTable {
  readonly #attributes = new Map<string, AttributeBits>();

  of(name: string): AttributeBits {
    const known = this.#attributes.get(name);
    if (known) return known;
    const fresh = new AttributeBits(name);
    this.#attributes.set(name, fresh);
    return fresh;
  }
}
