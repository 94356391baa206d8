/**
 * The agent of this box's own serial ports, where the configuration has a section for it: the same code as on a cart,
 * with a durable queue of its own, talking to the store's broker like any other device. What its readers refuse is kept
 * and counted with everything else that the store refuses.
 */
import { join } from 'node:path';
import { type Agent, startAgent } from '@kairos/edge-agent/agent.ts';
import { type AgentConfig, readAgentConfig } from '@kairos/edge-agent/config.ts';
import { type RefusedLine, refusalReasons, refusalWords } from '@kairos/edge-agent/readers/refusal.ts';
import { faultText } from '@kairos/protocol/config-fault.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import { stringify } from 'yaml';
import type { StoreConfig } from '../config.ts';
import type { Intake, IntakeMeter } from '../intake/intake.ts';
import type { Log } from '../log.ts';

/** Of a flood of bad lines the agent hands over the beginning; the count of the others is fetched this often. */
const countEveryMs = 1_000;

export interface OwnAgentOptions {
  readonly config: StoreConfig;
  readonly ports: Ports;
  /** What a device of this process shows at the broker. */
  readonly secretOf: (device: string) => string;
  /** Of the embedded broker; null where there is another. */
  readonly mqttPort: number | null;
  readonly log: Log;
  /** A line that was refused, counted there. */
  readonly reject: Intake['reject'];
  /** One that was refused and not kept. */
  readonly countRejected: IntakeMeter['rejected'];
}

/** Null where there is none, or where its section is wrong: the store goes on without it and says so. */
export function startOwnAgent(options: OwnAgentOptions): Pick<Agent, 'stop'> | null {
  const { config, ports, mqttPort, log } = options;
  if (!config.agent) return null;
  const url = config.broker?.url ?? `mqtt://127.0.0.1:${mqttPort}`;
  const section = { state: join(config.data, 'agent'), store: { url }, ...config.agent };
  const file = `${config.file} (agent)`;
  const read = readAgentConfig(stringify(section), { file, env: {} });
  const desk = new RefusalDesk(options);
  const started =
    read.kind === 'config'
      ? startAgent(withSecret(read.config, options), ports, {
          onRefused: (line) => desk.take(line, read.config.device),
        })
      : null;
  if (started?.kind === 'started') return desk.watch(started.agent);
  const reasons = read.kind === 'config' ? [started?.message] : read.faults.map(faultText);
  log.error({ reasons }, 'the serial ports of this box are not read; see the section "agent"');
  return null;
}

/** An agent of this process needs no claim at its own broker; at another it has what the configuration gives it. */
function withSecret(agent: AgentConfig, { config, secretOf }: OwnAgentOptions): AgentConfig {
  if (config.broker || agent.store.token !== null) return agent;
  return { ...agent, store: { ...agent.store, token: secretOf(agent.device) } };
}

/** Hands refused lines to intake, and counts those of which only the number is known. */
class RefusalDesk {
  readonly #options: OwnAgentOptions;
  /** How many of each reason were told so far. */
  readonly #told = new Map<string, number>();
  #cancel = (): void => undefined;

  constructor(options: OwnAgentOptions) {
    this.#options = options;
  }

  take({ reader, reason, sample }: RefusedLine, device: string): void {
    this.#told.set(reason, (this.#told.get(reason) ?? 0) + 1);
    this.#options.reject({ by: 'serial', device, reason, detail: `${reader}: ${refusalWords[reason]}`, raw: sample });
  }

  watch(agent: Agent): Pick<Agent, 'stop'> {
    const look = (): void => {
      this.#countOthers(agent);
      this.#cancel = this.#options.ports.timers.after(countEveryMs, look);
    };
    look();
    return {
      stop: () => {
        this.#cancel();
        return agent.stop();
      },
    };
  }

  #countOthers(agent: Agent): void {
    const { counts } = agent.status();
    for (const reason of refusalReasons) {
      const told = this.#told.get(reason) ?? 0;
      const untold = (counts?.[`refused.${reason}`] ?? 0) - told;
      if (untold <= 0) continue;
      for (let one = 0; one < untold; one += 1) this.#options.countRejected(reason, 'serial');
      this.#told.set(reason, told + untold);
    }
  }
}
