/**
 * The receivers on the ceiling, as an Ingics gateway sends them: one CSV line for each packet of a cart's tag, several
 * lines to a message, no acknowledgement and no queue (formats.md section 3.4). A line that is lost is lost.
 */
import mqtt, { type MqttClient } from 'mqtt';
import type { Hearing } from '../world/radio.ts';

export interface IngicsGatewayOptions {
  /** The name it connects by. */
  readonly name: string;
  readonly url: string;
  readonly topic: string;
}

/** Flags, and a name: what a plain tag advertises. */
const advertising = '0201060709544147303031';

export class IngicsGateway {
  readonly #client: MqttClient;
  readonly #topic: string;

  constructor({ name, url, topic }: IngicsGatewayOptions) {
    this.#topic = topic;
    this.#client = mqtt.connect(url, {
      protocolVersion: 4,
      clientId: name,
      username: name,
      reconnectPeriod: 500,
      queueQoSZero: false,
    });
    this.#client.on('error', () => undefined);
    this.#client.on('connect', () => {
      (this.#client.stream as { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true);
    });
  }

  get isConnected(): boolean {
    return this.#client.connected;
  }

  /** What was heard of these tags at one moment. */
  report(heard: readonly { readonly tag: string; readonly hearings: readonly Hearing[] }[]): void {
    const lines = heard.flatMap(({ tag, hearings }) =>
      hearings.map(({ anchor, rssi }) => `$GPRP,${upper(tag)},${upper(anchor)},${rssi},${advertising}\r\n`),
    );
    if (lines.length > 0 && this.#client.connected) this.#client.publish(this.#topic, lines.join(''), { qos: 0 });
  }

  async close(): Promise<void> {
    await this.#client.endAsync(true);
  }
}

function upper(address: string): string {
  return address.toUpperCase();
}
