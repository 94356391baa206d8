/** Reads `attributes`: what is known of a customer, how personal it is, and what stands for it where it is missing. */
import type { Scalar } from '@kairos/protocol/facts.ts';
import { readNamed } from './house-reader.ts';
import type { AttributeWords } from './house-words.ts';
import { type Field, placeOfField, readFields, readText, readWord, textOf } from './node-reader.ts';
import type { ProblemList } from './problem.ts';

/** Known in every house, because every address book has it. */
const defaultAttributes: Readonly<Record<string, AttributeWords>> = {
  firstName: { type: 'text', sensitivity: 'near', default: null },
};

const attributeTypes = ['text', 'number', 'boolean', 'date'] as const;

export const sensitivities = ['public', 'near', 'own', 'sensitive'] as const;

export function readAttributes(
  all: Field | undefined,
  problems: ProblemList,
): Readonly<Record<string, AttributeWords>> {
  const attributes: Record<string, AttributeWords> = { ...defaultAttributes };
  for (const each of readNamed(all, 'attributes', problems)) {
    if (each.name === 'consent') {
      problems.error('name-clash', each.at, '"consent" is taken: it stands for what she agreed to');
      continue;
    }
    const attribute = readAttribute(each, problems);
    if (attribute !== null) attributes[each.name] = attribute;
  }
  return attributes;
}

function readAttribute(found: Field, problems: ProblemList): AttributeWords | null {
  if (textOf(found.value) !== null) {
    const type = readWord(found, `"${found.name}"`, attributeTypes, problems);
    return type === null ? null : { type, sensitivity: 'near', default: null };
  }
  const fields = readFields(
    found.value,
    `the attribute "${found.name}"`,
    ['type', 'sensitivity', 'default'],
    problems,
    found.at,
  );
  if (fields === null) return null;
  const typeField = fields.get('type');
  const type = typeField === undefined ? 'text' : readWord(typeField, 'the type', attributeTypes, problems);
  const sensitivityField = fields.get('sensitivity');
  const sensitivity =
    sensitivityField === undefined ? 'near' : readWord(sensitivityField, 'the sensitivity', sensitivities, problems);
  if (type === null || sensitivity === null) return null;
  const defaultField = fields.get('default');
  return { type, sensitivity, default: defaultField === undefined ? null : readDefault(defaultField, type, problems) };
}

function readDefault(found: Field, type: AttributeWords['type'], problems: ProblemList): Scalar | null {
  const text = readText(found, 'a default', problems);
  if (text === null) return null;
  if (type === 'text') return text;
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  if (type === 'number' && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (type === 'date' && /^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  const form = { boolean: 'true or false', number: 'a whole number', date: 'a day such as 2026-05-01' }[type];
  problems.error('wrong-kind', placeOfField(found), `the default of a ${type} is ${form}`);
  return null;
}
