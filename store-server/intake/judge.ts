/**
 * Judges one fact of a device against its schema and this store: what it names has to exist and to be the device's to
 * speak of. A fact that passes is in the journal's shape, its goods looked up, its loyalty number turned into an id.
 */

import { chainIdOf, chainIdOfDigest } from '@kairos/protocol/chain-id.ts';
import {
  customDeviceFactBody,
  type DeviceFactBody,
  type DeviceFactType,
  deviceFactBodies,
  type RejectReason,
} from '@kairos/protocol/device-facts.ts';
import { derivedLineId } from '@kairos/protocol/fact-rows/fact-lines.ts';
import { customFactType, type Fact, factKinds, lateAfterMs, type SaleLine } from '@kairos/protocol/facts.ts';
import { type LoyaltyScheme, parseLoyaltyNumber } from '@kairos/protocol/loyalty-number.ts';
import type { Goods } from '../catalogue/goods.ts';
import { issueText } from './batch.ts';
import type { Incoming, PresentedIdentity } from './incoming.ts';

/** What of the store a judgement rests on. */
export interface JudgeContext {
  readonly carts: ReadonlySet<string>;
  readonly tills: ReadonlySet<string>;
  readonly zones: ReadonlySet<string>;
  readonly goods: Goods;
  readonly loyalty: LoyaltyScheme;
  readonly chainKey: string;
}

export interface DeviceWord {
  readonly device: string;
  readonly epoch: string;
  readonly sequence: number;
  readonly ageMs: number;
  readonly type: string;
  readonly body: unknown;
  /** Carts, tills and screens that the device may speak of. */
  readonly may: ReadonlySet<string>;
  /** Store time of the receipt. */
  readonly receivedAt: number;
}

export type Judgement =
  | { readonly kind: 'taken'; readonly incoming: Incoming; readonly remarks: readonly Remark[] }
  | { readonly kind: 'refused'; readonly reason: RejectReason; readonly detail: string };

/** Taken in all the same, and counted: a sale is not lost for a card that was misread or goods that are new. */
export type Remark = 'number-ignored' | 'goods-not-listed';

type Refusal = Extract<Judgement, { kind: 'refused' }>;

function refuse(reason: RejectReason, detail: string): Refusal {
  return { kind: 'refused', reason, detail };
}

export function judge(word: DeviceWord, context: JudgeContext): Judgement {
  if (Object.hasOwn(deviceFactBodies, word.type)) {
    const parsed = deviceFactBodies[word.type as DeviceFactType].safeParse(word.body);
    if (!parsed.success) return refuse('body-shape', issueText(parsed.error.issues));
    const wrong = wrongPlace(parsed.data, word, context);
    return wrong ?? enrich({ type: word.type, body: parsed.data } as DeviceSaying, word, context);
  }
  if (customFactType.safeParse(word.type).success) return judgeCustom(word, context);
  return Object.hasOwn(factKinds, word.type)
    ? refuse('not-from-devices', `"${word.type}" is for the store to say`)
    : refuse('unknown-type', `there is no fact "${word.type}"`);
}

type DeviceSaying = { [Type in DeviceFactType]: { type: Type; body: DeviceFactBody<Type> } }[DeviceFactType];

function judgeCustom(word: DeviceWord, context: JudgeContext): Judgement {
  const parsed = customDeviceFactBody.safeParse(word.body);
  if (!parsed.success) return refuse('body-shape', issueText(parsed.error.issues));
  return wrongPlace({ cart: parsed.data.cart }, word, context) ?? taken(word, word.type, parsed.data);
}

/** What a body names must be here, and the device's own. A till names the cart it checks out, whosever it is. */
function wrongPlace(body: object, word: DeviceWord, context: JudgeContext): Refusal | null {
  const { cart, till, zone, screen } = body as { cart?: string; till?: string; zone?: string; screen?: string };
  if (cart !== undefined && !context.carts.has(cart)) return refuse('unknown-cart', `there is no cart "${cart}"`);
  if (till !== undefined && !context.tills.has(till)) return refuse('unknown-till', `there is no till "${till}"`);
  if (zone !== undefined && !context.zones.has(zone)) return refuse('unknown-zone', `there is no zone "${zone}"`);
  const own = till ?? cart ?? null;
  for (const name of [own, screen ?? null]) {
    if (name !== null && !word.may.has(name))
      return refuse('not-yours', `"${word.device}" may not speak for "${name}"`);
  }
  return null;
}

function enrich(saying: DeviceSaying, word: DeviceWord, context: JudgeContext): Judgement {
  switch (saying.type) {
    case 'identity.presented':
      return present(saying.body, word, context);
    case 'basket.added':
    case 'basket.removed':
      return basket(saying.type, saying.body, word, context);
    case 'sale':
    case 'return':
      return receipt(saying.type, saying.body, word, context);
    case 'consent.changed': {
      const { cart, ...body } = saying.body;
      return taken(word, saying.type, body, { cart });
    }
    default:
      return taken(word, saying.type, saying.body);
  }
}

function present(body: DeviceFactBody<'identity.presented'>, word: DeviceWord, context: JudgeContext): Judgement {
  const { number, digest, means, ...places } = body;
  if (digest !== undefined) {
    const identity = { chainId: chainIdOfDigest(context.chainKey, digest), means, strength: strengthOf(means) };
    return taken(
      word,
      'identity.presented',
      { ...places, means, strength: identity.strength, known: false },
      { identity },
    );
  }
  if (number === undefined) {
    const identity: PresentedIdentity = { chainId: null, means, strength: 'guest' };
    return taken(word, 'identity.presented', { ...places, means, strength: 'guest', known: false }, { identity });
  }
  const parsed = parseLoyaltyNumber(number, context.loyalty, means === 'guest' ? 'typed' : means);
  if (parsed.kind === 'refused') return refuse(parsed.reason, 'the number that was presented');
  const strength = strengthOf(means);
  const identity: PresentedIdentity = { chainId: chainIdOf(context.chainKey, parsed.digits), means, strength };
  // Whether the store knows her, the conductor finds out.
  return taken(word, 'identity.presented', { ...places, means, strength, known: false }, { identity });
}

/** What was typed could be anybody's; a card is in her hand. */
function strengthOf(means: PresentedIdentity['means']): 'weak' | 'strong' {
  return means === 'typed' ? 'weak' : 'strong';
}

function basket(
  type: 'basket.added' | 'basket.removed',
  { cart, code, quantity }: DeviceFactBody<'basket.added'>,
  word: DeviceWord,
  context: JudgeContext,
): Judgement {
  const item = context.goods.find(code);
  if (!item) return refuse('unknown-goods', `there is no code "${code}" in the goods file`);
  const line: SaleLine = {
    id: derivedLineId({ receipt: null, source: word }, 0),
    code,
    name: item.name,
    department: item.department,
    tags: [...item.tags],
    quantity,
    unitPrice: item.price,
    amount: Math.round((item.price * quantity) / 1000),
  };
  return taken(word, type, { cart, line });
}

function receipt(
  type: 'sale' | 'return',
  body: DeviceFactBody<'sale'> | DeviceFactBody<'return'>,
  word: DeviceWord,
  context: JudgeContext,
): Judgement {
  const { number, ...rest } = body;
  const remarks: Remark[] = [];
  const lines = body.lines.map((line, index): SaleLine => {
    const item = context.goods.find(line.code);
    if (!item && !remarks.includes('goods-not-listed')) remarks.push('goods-not-listed');
    return {
      ...line,
      id: line.id || derivedLineId({ receipt: body.receipt, source: null }, index),
      name: line.name || (item?.name ?? ''),
      department: line.department || (item?.department ?? ''),
      tags: line.tags && line.tags.length > 0 ? line.tags : [...(item?.tags ?? [])],
    };
  });
  const parsed = number === undefined ? null : parseLoyaltyNumber(number, context.loyalty, 'card');
  if (parsed?.kind === 'refused') remarks.push('number-ignored');
  const identity: PresentedIdentity | null =
    parsed === null || parsed.kind === 'refused'
      ? null
      : { chainId: chainIdOf(context.chainKey, parsed.digits), means: 'card', strength: 'strong' };
  return taken(word, type, { ...rest, lines }, { identity, remarks });
}

interface Beside {
  readonly identity?: PresentedIdentity | null;
  readonly cart?: string;
  readonly remarks?: readonly Remark[];
}

/** Its time is the receipt less its age by the device's own monotonic clock; no fact is refused for its clock. */
function taken(word: DeviceWord, type: string, body: object, { identity, cart, remarks }: Beside = {}): Judgement {
  const { device, epoch, sequence, ageMs, receivedAt } = word;
  const fact = {
    type,
    seq: 0,
    at: Math.max(0, receivedAt - ageMs),
    subject: null,
    source: { device, epoch, sequence },
    cause: null,
    late: ageMs > lateAfterMs,
    body,
  } as Fact;
  return { kind: 'taken', incoming: { fact, identity: identity ?? null, cart: cart ?? null }, remarks: remarks ?? [] };
}
