/**
 * News for a trial, from a YAML file: what the retailer's own systems would send on a simulated day.
 *
 *     - { day: 1, at: "10:00", type: custom.collection, body: { name: Tailors, department: suits }, to: 30% }
 *
 * `to` is the share of customers who are told; without it the fact is the store's own, about nobody.
 */
import { customFactBody, customFactType, type FactType, factKinds } from '@kairos/protocol/facts.ts';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Happening } from './outside.ts';

const newsMax = 1_000;
const entry = z.strictObject({
  day: z.int().min(1),
  at: z.string().regex(/^\d{1,2}:\d{2}$/, 'write a time such as "10:00"'),
  type: z.string(),
  body: z.record(z.string(), z.unknown()),
  to: z
    .string()
    .regex(/^\d{1,3}%$/, 'write a share such as 30%')
    .optional(),
});

/** Or what is wrong with it. */
export function readHappenings(text: string): Happening[] | string {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    return `is no YAML: ${(error as Error).message}`;
  }
  const read = z.array(entry).max(newsMax).safeParse(value);
  if (!read.success) return issueOf(read.error);
  const happenings: Happening[] = [];
  for (const { day, at, type, body, to } of read.data) {
    const known = factKinds[type as FactType]?.body ?? (customFactType.safeParse(type).success ? customFactBody : null);
    if (known === null) return `"${type}" is no type of fact`;
    const judged = known.safeParse(body);
    if (!judged.success) return `${type}: ${issueOf(judged.error)}`;
    const [hours = 0, minutes = 0] = at.split(':').map(Number);
    const share = to === undefined ? 0 : Number(to.slice(0, -1)) / 100;
    happenings.push({
      day,
      at: (hours * 60 + minutes) * 60_000,
      type,
      body: judged.data as Happening['body'],
      to: share,
    });
  }
  return happenings;
}

function issueOf(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue ? `${issue.path.join('.')}: ${issue.message}` : 'its form is another';
}
