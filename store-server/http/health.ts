/** The state of the store in one object: what a person, a script or a load balancer asks first. */
import type { BrokerHealth } from '../broker/broker.ts';
import type { StoreClock } from '../intake/store-clock.ts';
import type { JournalHealth } from '../journal/journal.ts';

/** What `/health` asks the parts of the store. */
export interface HealthProbes {
  /** False until everything has started, and again while it stops. */
  readonly isReady: () => boolean;
  readonly journal: () => JournalHealth;
  readonly broker: () => BrokerHealth;
  readonly clock: StoreClock;
  /** Screens that are connected. */
  readonly screens: () => number;
  /** What other parts complain about, in sentences. */
  readonly complaints?: () => readonly string[];
  /** Whatever else is worth a look: visits, timers, the release. */
  readonly more?: () => Readonly<Record<string, unknown>>;
}

export interface Health {
  readonly ready: boolean;
  /** What a person should see to, in sentences. */
  readonly complaints: readonly string[];
  readonly journal: JournalHealth;
  readonly broker: BrokerHealth;
  readonly clock: { readonly storeTime: number; readonly pendingStepMs: number | null };
  readonly screens: number;
  readonly [more: string]: unknown;
}

export function readHealth(probes: HealthProbes): Health {
  const journal = probes.journal();
  const broker = probes.broker();
  const { pendingStepMs } = probes.clock;
  const complaints: string[] = [];
  if (journal.reason !== null) complaints.push(`journal: ${journal.reason}`);
  if (journal.setBack !== null) complaints.push(`journal: ${journal.setBack}`);
  if (journal.isWalLarge) {
    complaints.push(
      `journal: its log has grown to ${journal.walBytes} bytes; something reads for too long, or the disk is slow`,
    );
  }
  if (broker.reason !== null) complaints.push(`broker: ${broker.reason}`);
  if (pendingStepMs !== null) {
    complaints.push(
      `clock: this machine's clock has stepped by ${Math.round(pendingStepMs / 1000)} s; store time goes on without it until the step is confirmed`,
    );
  }
  complaints.push(...(probes.complaints?.() ?? []));
  return {
    ...probes.more?.(),
    ready: probes.isReady() && journal.state === 'open' && broker.isUp,
    complaints,
    journal,
    broker,
    clock: { storeTime: probes.clock.now(), pendingStepMs },
    screens: probes.screens(),
  };
}
