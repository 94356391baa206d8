/**
 * The formats of gateways, in one table: format → adapter, with the topics that each vendor uses by itself. A store's
 * configuration chooses; where a topic can only be one vendor's, it need not say. What cannot be read is compared with
 * the other formats, so that a wrong choice is told in words.
 */

import { topicMatches } from '@kairos/protocol/topic-filter.ts';
import { type GatewayFormat, gatewayFormats } from '@kairos/protocol/topics.ts';
import type { GatewayAdapter, GatewayMessage } from './adapter.ts';
import { aprilBrother } from './april-brother.ts';
import { espresense } from './espresense.ts';
import { ingics } from './ingics.ts';
import { minew } from './minew.ts';
import { moko } from './moko.ts';
import { ruuvi } from './ruuvi.ts';
import { shelly } from './shelly.ts';
import { openMqttGateway, theengs } from './theengs.ts';

export const gatewayAdapters: Readonly<Record<GatewayFormat, GatewayAdapter>> = {
  espresense,
  openmqttgateway: openMqttGateway,
  theengs,
  minew,
  moko,
  'april-brother': aprilBrother,
  ingics,
  ruuvi,
  shelly,
};

/** The format that a topic (or a filter) gives away: kairos/gateways/NAME/FORMAT, or a vendor's own; null: none, or several. */
export function formatOfTopic(topic: string): GatewayFormat | null {
  const own = /^kairos\/gateways\/[^/]+\/([^/]+)$/.exec(topic)?.[1];
  if (own !== undefined) return gatewayFormats.find((format) => format === own) ?? null;
  const matching = gatewayFormats.filter((format) =>
    gatewayAdapters[format].topics.some((filter) => filter === topic || topicMatches(filter, topic)),
  );
  return matching.length === 1 ? (matching[0] ?? null) : null;
}

/** The one format that a message can be, by its topic or its shape; null where none or several fit. */
export function formatOfMessage(message: GatewayMessage): GatewayFormat | null {
  const matching = gatewayFormats.filter((format) => gatewayAdapters[format].recognises(message));
  return matching.length === 1 ? (matching[0] ?? null) : formatOfTopic(message.topic);
}
