/** What the store counts, for Prometheus at `/metrics`. One registry for each server, so that tests do not share one. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { deviceFactTypes } from '@kairos/protocol/device-facts.ts';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { BrokerMeter } from '../broker/broker.ts';
import type { IntakeMeter } from '../intake/intake.ts';
import type { JournalHealth } from '../journal/journal.ts';

const msBuckets = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000];
/** Types of a retailer's own share a label: a label for each could be made up without end. */
const ownType = 'custom';

export interface Metrics {
  readonly registry: Registry;
  readonly intake: IntakeMeter;
  readonly broker: BrokerMeter;
  committed(commit: { facts: number; ms: number }): void;
  /** Read at each scrape. */
  watchJournal(health: () => JournalHealth): void;
  /** Any other figure of the moment: queue depths, screens, visits. */
  watch(name: string, help: string, read: () => number): void;
  close(): void;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'kairos_' });
  const lag = monitorEventLoopDelay({ resolution: 10 });
  lag.enable();
  const commits = new Histogram({
    name: 'kairos_commit_ms',
    help: 'Milliseconds from the beginning of a group to its commit',
    buckets: msBuckets,
    registers,
  });
  const committedFacts = new Counter({ name: 'kairos_committed_facts_total', help: 'Facts on disk', registers });
  const watch = (name: string, help: string, read: () => number): void => {
    const gauge: Gauge = new Gauge({ name: `kairos_${name}`, help, registers, collect: () => gauge.set(read()) });
  };
  watch('event_loop_lag_p99_ms', 'Delay of the event loop since the last look, 99th percentile', () => {
    const ms = lag.percentile(99) / 1e6;
    lag.reset();
    return ms;
  });
  return {
    registry,
    intake: intakeMeter(registers),
    broker: brokerMeter(registers),
    committed: ({ facts, ms }) => {
      committedFacts.inc(facts);
      commits.observe(ms);
    },
    watchJournal: (health) => {
      watch('journal_waiting_facts', 'Facts that wait for the disk', () => health().waitingFacts);
      watch('journal_wal_bytes', 'Size of the write-ahead log', () => health().walBytes);
      watch('journal_failing', '1 while the disk refuses or the file is damaged', () =>
        health().state === 'open' ? 0 : 1,
      );
      watch('journal_doubled_facts', 'Facts that were put twice and written once', () => health().doubled);
    },
    watch,
    close: () => {
      lag.disable();
      registry.clear();
    },
  };
}

function intakeMeter(registers: Registry[]): IntakeMeter {
  const facts = new Counter({
    name: 'kairos_facts_total',
    help: 'Facts taken in, by type and way',
    labelNames: ['type', 'by'],
    registers,
  });
  const rejected = new Counter({
    name: 'kairos_rejected_total',
    help: 'What was not taken in, by reason and way',
    labelNames: ['reason', 'by'],
    registers,
  });
  const passedOver = new Counter({
    name: 'kairos_passed_over_total',
    help: 'Facts that came again, too early, or when the disk could not keep up',
    labelNames: ['why'],
    registers,
  });
  const remarks = new Counter({
    name: 'kairos_remarks_total',
    help: 'Facts taken in with something passed over',
    labelNames: ['remark'],
    registers,
  });
  const latency = new Histogram({
    name: 'kairos_ack_ms',
    help: 'Milliseconds from the receipt of a batch until it could be acknowledged',
    buckets: msBuckets,
    registers,
  });
  const known = new Set<string>(deviceFactTypes);
  return {
    taken: (type, by) => facts.inc({ type: known.has(type) ? type : ownType, by }),
    rejected: (reason, by) => rejected.inc({ reason, by }),
    passedOver: (why, count) => passedOver.inc({ why }, count),
    remarked: (remark) => remarks.inc({ remark }),
    acknowledged: (ms) => latency.observe(ms),
  };
}

function brokerMeter(registers: Registry[]): BrokerMeter {
  const refused = new Counter({
    name: 'kairos_mqtt_refused_connections_total',
    help: 'MQTT connections that were not accepted',
    labelNames: ['why'],
    registers,
  });
  const throttled = new Counter({
    name: 'kairos_mqtt_throttled_total',
    help: 'Messages let fall because their device said more than is allowed',
    registers,
  });
  return { refusedConnection: (why) => refused.inc({ why }), throttled: () => throttled.inc() };
}
