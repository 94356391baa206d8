/** Who may connect to this store, from the lists of the configuration and the places of the floor plan. */
import { formatOfTopic } from '@kairos/edge-agent/gateways/formats.ts';
import type { ConfigReason } from '@kairos/protocol/config-fault.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { didYouMean } from '@kairos/protocol/schema-fault.ts';
import { type GatewayFormat, gatewayFormats } from '@kairos/protocol/topics.ts';
import type { ConfigDocument, KeyPath } from './document.ts';
import { type Sections, sections } from './schema.ts';

/** Notes a fault at a key path. */
export type Must = (path: KeyPath, reason: ConfigReason, message: string) => void;

/** Somebody who may connect: a cart, a till, a screen of the floor plan, or a device that is listed by itself. */
export interface ConfigDevice {
  readonly id: string;
  /** Carts, tills and screens that its facts may name. */
  readonly may: ReadonlySet<string>;
  /** What it has to show; null where the store asks for nothing. */
  readonly token: string | null;
}

/** The entries of a list that are right by themselves: a fault in one hides none between the others. */
function entries<Name extends 'carts' | 'devices' | 'gateways'>(
  document: ConfigDocument,
  name: Name,
): { readonly index: number; readonly entry: Sections[Name][number] }[] {
  const list = document.root[name];
  const { element } = sections[name].unwrap();
  return (Array.isArray(list) ? list : []).flatMap((value: unknown, index) => {
    const parsed = element.safeParse(value);
    return parsed.success ? [{ index, entry: parsed.data as Sections[Name][number] }] : [];
  });
}

/** Carts, tills and screens are devices of their own name; the list adds others, and may give those a token or more. */
export function readDevices(document: ConfigDocument, plan: FloorPlan | null, must: Must): Map<string, ConfigDevice> {
  const devices = readCarts(document, must);
  const carts = [...devices.keys()];
  for (const kind of ['tills', 'screens'] as const) {
    for (const { id } of plan?.[kind] ?? []) {
      if (devices.has(id))
        must(['carts'], 'doubled', `"${id}" is a cart here, but stands among the ${kind} of the floor plan`);
      devices.set(id, { id, may: new Set([id]), token: null });
    }
  }
  const places = [...devices.keys(), ...cartNames(document)];
  const listed = new Set<string>();
  for (const { index, entry } of entries(document, 'devices')) {
    const { id, may, token } = entry;
    if (listed.has(id)) must(['devices', index, 'id'], 'doubled', 'this device is listed twice; keep one');
    listed.add(id);
    const names = may === 'all-carts' ? carts : may;
    names.forEach((name, place) => {
      // Without a plan nobody knows the tills; its own fault is told already.
      if (plan !== null && !places.includes(name)) {
        const advice = didYouMean(name, places) ?? 'list it under carts, or put it on the floor plan';
        must(['devices', index, 'may', place], 'bad-reference', `is no cart, till or screen of this store; ${advice}`);
      }
    });
    const own = devices.get(id);
    devices.set(id, { id, may: new Set([...(own?.may ?? []), ...names]), token: token ?? own?.token ?? null });
  }
  return devices;
}

function readCarts(document: ConfigDocument, must: Must): Map<string, ConfigDevice> {
  const carts = new Map<string, ConfigDevice>();
  const tags = new Set<string>();
  const buttons = new Set<string>();
  for (const { index, entry } of entries(document, 'carts')) {
    const { id, tag, token, button, buttonKey } = entry;
    if (carts.has(id))
      must(['carts', index, 'id'], 'doubled', 'there is a cart of this name already; give each its own');
    if (tag !== undefined && tags.has(tag)) must(['carts', index, 'tag'], 'doubled', 'another cart wears this tag');
    if (tag !== undefined) tags.add(tag);
    if (button !== undefined && buttons.has(button))
      must(['carts', index, 'button'], 'doubled', 'another cart has this button');
    if (button !== undefined) buttons.add(button);
    if (buttonKey !== undefined && button === undefined)
      must(['carts', index, 'buttonKey'], 'contradiction', 'needs the address of the button beside it');
    carts.set(id, { id, may: new Set([id]), token: token ?? null });
  }
  return carts;
}

/** Also of carts that have a fault elsewhere, so that nobody is told that they are missing. */
function cartNames(document: ConfigDocument): string[] {
  const list: unknown = document.root.carts;
  if (!Array.isArray(list)) return [];
  return list.map((cart) => (cart as { id?: unknown } | null)?.id).filter((id) => typeof id === 'string');
}

/** A gateway of the configuration, with the format that its topic gave away where none was named. */
export interface ConfigGateway {
  readonly topic: string;
  readonly format: GatewayFormat;
  readonly username?: string | undefined;
  readonly token?: string | undefined;
  readonly cart?: string | undefined;
}

export function readGateways(
  document: ConfigDocument,
  devices: ReadonlyMap<string, ConfigDevice>,
  must: Must,
): ConfigGateway[] {
  const topics = new Set<string>();
  const carts = cartNames(document);
  return entries(document, 'gateways').flatMap(({ index, entry }) => {
    const { topic, username, token, cart } = entry;
    const at = (key: string): KeyPath => ['gateways', index, key];
    if (topics.has(topic)) must(at('topic'), 'doubled', 'another gateway has this topic');
    topics.add(topic);
    if (username !== undefined && devices.has(username)) {
      must(at('username'), 'doubled', 'is a device of this store already; give the gateway a name of its own');
    }
    if (token !== undefined && username === undefined) {
      must(at('token'), 'contradiction', 'needs a username beside it: nobody else is asked for a token');
    }
    if (cart !== undefined && !carts.includes(cart)) {
      must(
        at('cart'),
        'bad-reference',
        `is no cart of this store; ${didYouMean(cart, carts) ?? 'list it under carts'}`,
      );
    }
    const fault = topicFault(topic);
    if (fault !== null) must(at('topic'), 'contradiction', fault);
    const format = entry.format ?? formatOfTopic(topic);
    if (format !== null) return [{ ...entry, format }];
    const choices = gatewayFormats.join(', ');
    must(['gateways', index], 'missing', `the topic does not give away whose it is; add a format: ${choices}`);
    return [];
  });
}

/** Null where a gateway may have it. */
function topicFault(topic: string): string | null {
  const [first, second] = topic.split('/');
  if (first === 'kairos' && second !== 'gateways') return 'is a topic of devices; choose another';
  // Whoever hears everything would hear the devices' topics, too.
  if (first === '#' || (first === '+' && (second === '+' || second === '#' || second === 'devices'))) {
    return 'hears everything; begin with a word that only this gateway uses';
  }
  return null;
}
