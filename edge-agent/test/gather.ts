/** One message of a gateway through its adapter, as a test sees what came of it. */
import { gatewayAdapters } from '../gateways/formats.ts';
import { Gathering } from '../gateways/gathering.ts';
import { createOwnRadio } from '../radio/own-radio.ts';
import type { GatewaySample } from './gateway-samples.ts';

export const receivedAt = 1_000;

/** `tags` are worn by cart-01. */
export function gather(
  { format, topic, payload }: GatewaySample,
  {
    tags = [],
    ...own
  }: { readonly tags?: readonly string[] } & Omit<Parameters<typeof createOwnRadio>[0], 'tags'> = {},
): Gathering {
  const gathering = new Gathering({
    format,
    own: createOwnRadio({ ...own, tags: new Map(tags.map((address) => [address, 'cart-01'])) }),
    receivedAt,
  });
  const bytes = typeof payload === 'string' ? new Uint8Array(Buffer.from(payload)) : payload;
  gatewayAdapters[format].read({ topic, payload: bytes }, gathering);
  return gathering;
}

/** The same with another payload. */
export function saying(sample: GatewaySample, payload: string | Uint8Array | object): GatewaySample {
  const text = typeof payload === 'string' || payload instanceof Uint8Array ? payload : JSON.stringify(payload);
  return { ...sample, payload: text };
}
