/**
 * GS1 Digital Link: a web address that names goods or a customer (formats.md section 6), as a QR code holds it:
 *
 *     https://<any domain>[/stem…]/<key>/<value>[/<qualifier>/<value>…][?<identifier>=<value>&<anything>=…]
 *
 * The right-most key counts, so that a stem may look like one. Any domain will do: it is never asked.
 */
import { addElement, type Elements, finish, identifierIn, wrongShape } from './element-string.ts';

/** Keys that may stand in the path, each with the qualifiers that may follow it. */
const qualifiers: Readonly<Record<string, readonly string[]>> = {
  '00': [],
  '01': ['22', '10', '21', '235'],
  '253': [],
  '255': [],
  '401': [],
  '402': [],
  '414': ['254', '7040'],
  '417': ['7040'],
  '8003': [],
  '8004': ['7040'],
  '8006': ['22', '10', '21'],
  '8010': ['8011'],
  '8013': [],
  '8017': ['8019'],
  '8018': ['8019'],
};

/** Whether a scan is a web address at all; only as such is it judged here. */
export function isWebAddress(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}

export function readDigitalLink(text: string): Elements {
  // The scheme in one case throughout; "HtTps" is an address and no link (GS1's own vectors).
  const [, path = '', query = ''] =
    /^(?:https?|HTTPS?):\/\/[^/?#\s]+\/([^?#\s]*)(?:\?([^#\s]*))?(?:#.*)?$/.exec(text) ?? [];
  const values = new Map<string, string>();
  const problem = readPath(path.split('/'), values) ?? readQuery(query, values);
  return problem ?? finish(values);
}

function readPath(segments: readonly string[], values: Map<string, string>): Elements | null {
  const pairs: [identifier: string, value: string][] = [];
  for (let at = segments.length - 2; at >= 0; at -= 2) {
    const [identifier = '', written = ''] = segments.slice(at, at + 2);
    const value = decoded(written);
    if (!/^\d{2,4}$/.test(identifier) || value === null) return wrongShape;
    const allowed = Object.hasOwn(qualifiers, identifier) ? qualifiers[identifier] : undefined;
    if (allowed === undefined) {
      pairs.unshift([identifier, value]);
      continue;
    }
    if (!isInOrder(pairs, allowed)) return wrongShape;
    for (const [name, one] of [[identifier, value] as const, ...pairs]) {
      const problem = addElement(values, name, one);
      if (problem !== null) return problem;
    }
    return null;
  }
  return wrongShape;
}

/** Qualifiers stand in their order, each at most once. */
function isInOrder(pairs: readonly (readonly [string, string])[], allowed: readonly string[]): boolean {
  let from = 0;
  return pairs.every(([name]) => {
    const place = allowed.indexOf(name, from);
    from = place + 1;
    return place >= 0;
  });
}

/** Names of digits are identifiers and have to be known; others belong to whoever made the link. */
function readQuery(query: string, values: Map<string, string>): Elements | null {
  for (const part of query.split('&').filter((one) => one !== '')) {
    const equals = part.indexOf('=');
    const name = decoded(equals < 0 ? part : part.slice(0, equals));
    if (name === null) return wrongShape;
    if (!/^\d+$/.test(name)) continue;
    const value = decoded(part.slice(equals + 1).replaceAll('+', ' '));
    if (equals < 0 || value === null || identifierIn(name) !== name || values.has(name)) return wrongShape;
    const problem = addElement(values, name, value);
    if (problem !== null) return problem;
  }
  return null;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
