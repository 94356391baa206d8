/**
 * The agent of this box's own serial ports, where the configuration has a section for it: the same code as on a cart,
 * with a durable queue of its own, talking to the store's broker like any other device.
 */
import { join } from 'node:path';
import { type Agent, startAgent } from '@kairos/edge-agent/agent.ts';
import { readAgentConfig } from '@kairos/edge-agent/config.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import { stringify } from 'yaml';
import type { StoreConfig } from '../config.ts';
import type { Log } from '../log.ts';

/** Null where there is none, or where its section is wrong: the store goes on without it and says so. */
export function startOwnAgent(config: StoreConfig, ports: Ports, mqttPort: number | null, log: Log): Agent | null {
  if (!config.agent) return null;
  const url = config.broker?.url ?? `mqtt://127.0.0.1:${mqttPort}`;
  const section = { state: join(config.data, 'agent'), store: { url }, ...config.agent };
  const file = `${config.file} (agent)`;
  const read = readAgentConfig(stringify(section), { file, env: {} });
  const started = read.kind === 'config' ? startAgent(read.config, ports) : null;
  if (started?.kind === 'started') return started.agent;
  const reasons = read.kind === 'config' ? [started?.message] : read.faults;
  log.error({ reasons }, 'the serial ports of this box are not read; see the section "agent"');
  return null;
}
