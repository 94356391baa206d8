/**
 * A real edge agent as a process of its own, with a barcode scanner and an ABSniffer on pseudo-terminals: started,
 * killed, its cables pulled and plugged in again. What it durably took is read from its queue's own file after a kill,
 * from a copy, so that nobody tidies up before the agent does.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import Database from 'better-sqlite3';
import { stringify } from 'yaml';
import { Cable } from '../devices/cable.ts';
import { scannerName, snifferName } from '../devices/wired-cart.ts';

const main = resolve(import.meta.dirname, '../../edge-agent/main.ts');
const logKept = 20_000;
/** Decibels at one metre, and the exponent of the path: a shop without much metal. */
const atOneMetre = -59;
const perTenfold = 20;
/** A beacon hangs so much above the sniffer, and no farther than this is it heard. */
const heightM = 1.3;
const heardToM = 18;

type CableName = typeof scannerName | typeof snifferName;

export interface WiredAgentOptions {
  /** Exists, and is the caller's. */
  readonly folder: string;
  readonly device: string;
  /** "mqtt://127.0.0.1:1883" */
  readonly url: string;
  readonly beacons: readonly { readonly address: string; readonly at: readonly number[] }[];
}

export class WiredAgent {
  readonly #config: string;
  readonly #folder: string;
  readonly #beacons: WiredAgentOptions['beacons'];
  readonly #cables = new Map<CableName, Cable>();
  #child: ChildProcess | null = null;
  #log = '';

  constructor({ folder, device, url, beacons }: WiredAgentOptions) {
    this.#folder = join(folder, 'agent');
    this.#beacons = beacons;
    mkdirSync(this.#folder, { recursive: true });
    this.#config = join(this.#folder, 'edge.yaml');
    const readers = [
      { name: snifferName, kind: 'absniffer', path: join(this.#folder, snifferName) },
      { name: scannerName, kind: 'barcode', path: join(this.#folder, scannerName) },
    ];
    writeFileSync(this.#config, stringify({ device, cart: device, store: { url }, state: 'state', readers }));
    this.plugIn(scannerName);
    this.plugIn(snifferName);
  }

  get log(): string {
    return this.#log;
  }

  start(): void {
    const child = spawn(process.execPath, [main, '--config', this.#config], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#log = (this.#log + text).slice(-logKept);
    });
    this.#child = child;
  }

  /** Kill -9. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** The orderly end of the agent and of its cables. */
  async close(): Promise<void> {
    await this.#end('SIGTERM');
    await Promise.all([...this.#cables.keys()].map((name) => this.pullOut(name)));
  }

  plugIn(name: CableName): void {
    this.#cables.set(name, new Cable(join(this.#folder, name), systemPorts));
  }

  async pullOut(name: CableName): Promise<void> {
    const cable = this.#cables.get(name);
    this.#cables.delete(name);
    await cable?.close();
  }

  /** As a scanner types it; lost where no cable is in, or nobody reads at its other end. */
  scan(code: string): void {
    this.#cables.get(scannerName)?.write(`${code}\r`);
  }

  /** One round of the beacons on the shelves, as they are heard at this point of the floor. */
  standAt(x: number, y: number): void {
    const lines = this.#beacons.flatMap(({ address, at: [beaconX = 0, beaconY = 0] }) => {
      const metres = Math.hypot(x - beaconX, y - beaconY, heightM);
      if (metres > heardToM) return [];
      const rssi = Math.round(atOneMetre - perTenfold * Math.log10(metres));
      return [`OK+SCAN:${address.toUpperCase()},${rssi},3,3,020106\r\n`];
    });
    this.#cables.get(snifferName)?.write(lines.join(''));
  }

  /** Codes of the goods that lie in the queue of an agent that is dead: on the disk, and not acknowledged. */
  queuedGoods(): string[] {
    const queue = join(this.#folder, 'state/queue.db');
    const copy = join(this.#folder, 'copy.db');
    for (const suffix of ['', '-wal']) {
      rmSync(copy + suffix, { force: true });
      if (existsSync(queue + suffix)) copyFileSync(queue + suffix, copy + suffix);
    }
    const database = new Database(copy);
    try {
      const rows = database.prepare(`SELECT body FROM facts WHERE type = 'basket.added' ORDER BY id`).all();
      return (rows as { body: string }[]).map(({ body }) => (JSON.parse(body) as { code: string }).code);
    } finally {
      database.close();
    }
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolveEnd) => child.once('exit', resolveEnd));
    child.kill(signal);
    await ended;
  }
}
