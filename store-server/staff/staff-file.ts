/**
 * The people of the store, `staff.yaml`: who they are and what they may do. PINs are not in it (`pin-book.ts`).
 * Everything that is wrong with it is said at once, with lines.
 */
import type { ConfigFault } from '@kairos/protocol/config-fault.ts';
import { authorName, locale, placeName } from '@kairos/protocol/names.ts';
import { schemaFaults } from '@kairos/protocol/schema-fault.ts';
import { z } from 'zod';
import { readDocument } from '../config/document.ts';
import { faultAt, syntaxFaults } from '../config/faults.ts';

const roles = ['associate', 'lead', 'manager', 'service'] as const;
export type Role = (typeof roles)[number];

const peopleMax = 500;
const zonesMax = 50;

const member = z.strictObject({
  /** As facts name her; without one it is her badge. */
  id: placeName.optional(),
  badge: z
    .string('write the badge in quotes, as it is printed: "1001"')
    .regex(/^[0-9A-Za-z-]{3,24}$/, 'give 3 to 24 digits or letters, as its barcode says'),
  name: z.string().min(1, 'give a name').max(60, 'at most 60 characters'),
  role: z.enum(roles, `give one of: ${roles.join(', ')}`),
  locale: locale.optional(),
  /** Where she works. */
  zones: z.array(placeName).max(zonesMax).default([]),
  /** Roles that dialogues ask for by name and she fills: stylist, executive. */
  fills: z.array(authorName).max(zonesMax).default([]),
});

const staffFile = z.strictObject({ staff: z.array(member).max(peopleMax) });

export interface StaffMember {
  readonly id: string;
  readonly badge: string;
  readonly name: string;
  readonly role: Role;
  readonly locale: string;
  readonly zones: readonly string[];
  readonly fills: readonly string[];
}

export interface StaffFileContext {
  /** The store's. */
  readonly locale: string;
  /** Of the floor plan; null where there is none to compare with. */
  readonly zones: readonly string[] | null;
}

export function parseStaff(
  file: string,
  text: string,
  context: StaffFileContext,
): { readonly staff: readonly StaffMember[]; readonly faults: readonly ConfigFault[] } {
  const document = readDocument(file, text);
  if (document.syntax.length > 0) return { staff: [], faults: syntaxFaults(document) };
  const parsed = staffFile.safeParse(document.root);
  if (!parsed.success) {
    const faults = schemaFaults(staffFile, document.root, parsed.error).map((fault) => faultAt(document, fault));
    return { staff: [], faults };
  }
  const staff = parsed.data.staff.map(
    (one): StaffMember => ({
      ...one,
      id: one.id ?? `badge-${one.badge.toLowerCase()}`,
      locale: one.locale ?? context.locale,
    }),
  );
  const faults: ConfigFault[] = [];
  const must = (path: readonly (string | number)[], reason: ConfigFault['reason'], message: string): void => {
    faults.push(faultAt(document, { path, reason, message }));
  };
  const badges = new Set<string>();
  const ids = new Set<string>();
  staff.forEach(({ id, badge, zones }, index) => {
    const at = ['staff', index];
    if (badges.has(keyOfBadge(badge))) must([...at, 'badge'], 'doubled', 'somebody else has this badge');
    if (ids.has(id)) must([...at, 'id'], 'doubled', 'somebody else has this id');
    badges.add(keyOfBadge(badge));
    ids.add(id);
    zones.forEach((zone, place) => {
      if (context.zones !== null && !context.zones.includes(zone))
        must([...at, 'zones', place], 'bad-reference', 'is no zone of the floor plan');
    });
  });
  return { staff, faults };
}

/** Badges are the same in small letters and capitals: scanners differ. */
export function keyOfBadge(badge: string): string {
  return badge.trim().toLowerCase();
}
