/**
 * Attributes and consent as they stand in a list of customers that somebody keeps: the form in which each type is
 * written, and what is said where it is not.
 */
import { type ConsentPurpose, consentPurposes, type Scalar } from './facts.ts';

export type AttributeType = 'text' | 'number' | 'boolean' | 'date';

export const attributeLengthMax = 500;
const yes = ['yes', 'true', '1', 'y'];
const no = ['no', 'false', '0', 'n'];

/** What to do where `readAttribute` finds null. */
export const wantedAttribute: Readonly<Record<AttributeType, string>> = {
  text: `write at most ${attributeLengthMax} characters`,
  number: 'is no number; write 12 or 12.5',
  boolean: 'is no yes or no; write yes, no, or nothing',
  date: 'is no date; write 1990-12-31',
};

/** null: it is not of this type. */
export function readAttribute(text: string, type: AttributeType): Scalar | null {
  switch (type) {
    case 'text':
      return text.length <= attributeLengthMax ? text : null;
    case 'number':
      return /^-?\d{1,15}(\.\d{1,6})?$/.test(text) ? Number(text) : null;
    case 'boolean':
      if (yes.includes(text.toLowerCase())) return true;
      return no.includes(text.toLowerCase()) ? false : null;
    case 'date':
      return /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(text) ? text : null;
  }
}

/** `remember`, `inStore` … or, so that they stand apart from attributes, `consentRemember`, `consentInStore` … */
export function purposeOfColumn(column: string): ConsentPurpose | null {
  const bare = column.startsWith('consent') ? column.slice('consent'.length) : column;
  return consentPurposes.find((purpose) => purpose.toLowerCase() === bare.toLowerCase()) ?? null;
}
