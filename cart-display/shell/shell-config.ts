/**
 * What the shell has to know: which screen it is and where its store, from a small JSON file or the environment; and
 * what the store says of this screen, asked for at each start and now and then, and kept for the times without a line.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Ports } from '@kairos/protocol/ports.ts';
import { isPort } from '../page-address.ts';

/** Beside the packaged app, or named by KAIROS_SHELL. */
export interface ShellConfig {
  readonly screen: string;
  /** Origin, without a path. */
  readonly store: string;
  readonly token: string | null;
  /** Of the agent on this cart, which judges and hashes numbers; null: there is none. */
  readonly agent: { readonly port: number; readonly token: string } | null;
}

export type ReadShellConfig =
  | { readonly kind: 'config'; readonly config: ShellConfig }
  | { readonly kind: 'faults'; readonly faults: readonly string[] };

export function readShellConfig(
  text: string | null,
  env: Readonly<Record<string, string | undefined>>,
): ReadShellConfig {
  const faults: string[] = [];
  let file: Record<string, unknown> = {};
  try {
    const value: unknown = text === null ? {} : JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) file = value as Record<string, unknown>;
    else faults.push('give an object such as {"screen": "cart-07", "store": "http://192.168.0.10:8470"}');
  } catch (error) {
    faults.push(`is no JSON: ${(error as Error).message}`);
  }
  const screen = env.KAIROS_SCREEN ?? file.screen;
  const store = env.KAIROS_STORE ?? file.store;
  const token = env.KAIROS_SCREEN_TOKEN ?? file.token ?? null;
  for (const key of Object.keys(file)) {
    if (!['screen', 'store', 'token', 'agent'].includes(key))
      faults.push(`"${key}" is no setting; it can be screen, store, token, agent`);
  }
  if (typeof screen !== 'string' || !/^[a-z0-9][a-z0-9-]{0,39}$/.test(screen)) {
    faults.push('screen: give the name of this screen as the store has it, such as cart-07 (or KAIROS_SCREEN)');
  }
  const origin = typeof store === 'string' ? originOf(store) : null;
  if (origin === null) {
    faults.push('store: give the address of the store, such as http://192.168.0.10:8470 (or KAIROS_STORE)');
  }
  if (token !== null && (typeof token !== 'string' || token === ''))
    faults.push('token: give it as text, or leave it out');
  const agent = agentOf(file, env);
  if (agent === 'faulty') {
    faults.push(
      'agent: give the port and the token under "page" in the agent\'s edge.yaml, such as ' +
        '{"port": 8471, "token": "…"} (or KAIROS_AGENT_PORT and KAIROS_AGENT_TOKEN)',
    );
  }
  if (faults.length > 0 || origin === null || agent === 'faulty') return { kind: 'faults', faults };
  return {
    kind: 'config',
    config: Object.freeze({ screen: screen as string, store: origin, token: token as string | null, agent }),
  };
}

function agentOf(
  file: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
): ShellConfig['agent'] | 'faulty' {
  const { KAIROS_AGENT_PORT: envPort, KAIROS_AGENT_TOKEN: envToken } = env;
  const given = (file.agent ?? {}) as { readonly port?: unknown; readonly token?: unknown };
  const port = envPort === undefined ? given.port : Number(envPort);
  const token = envToken ?? given.token;
  if (file.agent === undefined && port === undefined && token === undefined) return null;
  return isPort(port) && typeof token === 'string' && token !== '' ? { port, token } : 'faulty';
}

function originOf(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const { protocol, origin, pathname, search } = new URL(address);
  return /^https?:$/.test(protocol) && pathname === '/' && search === '' ? origin : null;
}

/** What the store says of a screen: `GET /api/shell/SCREEN`. */
export interface ScreenSettings {
  /** `otpauth://totp/…` for the way out. */
  readonly exitCodes: string;
  /** Nobody near it for so long: the display may sleep. */
  readonly sleepAfterMinutes: number;
}

/** Between two questions, once the store has answered. */
const askEveryMs = 15 * 60_000;
const askAgainMs = 20_000;

export type AskStore = (url: string, token: string | null) => Promise<unknown>;

export interface StoreSettingsOptions {
  readonly config: ShellConfig;
  readonly file: string;
  readonly ports: Ports;
  readonly ask: AskStore;
  readonly say: (detail: string) => void;
}

export class StoreSettings {
  readonly #options: StoreSettingsOptions;
  #settings: ScreenSettings | null;
  #isOutOfTouch = false;
  #cancel = (): void => undefined;

  constructor(options: StoreSettingsOptions) {
    this.#options = options;
    this.#settings = readKept(options.file);
    void this.#ask();
  }

  /** Null where the store has never been reached. */
  get current(): ScreenSettings | null {
    return this.#settings;
  }

  stop(): void {
    this.#cancel();
  }

  async #ask(): Promise<void> {
    const { config, ask, ports, say } = this.#options;
    let next = askEveryMs;
    try {
      const answer = settingsOf(await ask(`${config.store}/api/shell/${config.screen}`, config.token));
      if (answer === null) throw new Error('answered something else than the settings of a screen');
      this.#isOutOfTouch = false;
      this.#keep(answer);
    } catch (error) {
      next = askAgainMs;
      if (!this.#isOutOfTouch) say(`${config.store} ${(error as Error).message}; what was known stays in force`);
      this.#isOutOfTouch = true;
    }
    this.#cancel = ports.timers.after(next, () => void this.#ask());
  }

  #keep(settings: ScreenSettings): void {
    if (JSON.stringify(settings) === JSON.stringify(this.#settings)) return;
    this.#settings = settings;
    const { file, say } = this.#options;
    try {
      writeFileSync(`${file}.new`, JSON.stringify(settings), { mode: 0o600, flush: true });
      renameSync(`${file}.new`, file);
    } catch (error) {
      say(`the store's settings cannot be kept: ${(error as Error).message}`);
    }
  }
}

function readKept(file: string): ScreenSettings | null {
  try {
    return settingsOf(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

function settingsOf(value: unknown): ScreenSettings | null {
  const { exitCodes, sleepAfterMinutes } = (value ?? {}) as Partial<ScreenSettings>;
  if (typeof exitCodes !== 'string' || !exitCodes.startsWith('otpauth://totp/')) return null;
  if (typeof sleepAfterMinutes !== 'number' || !(sleepAfterMinutes >= 1 && sleepAfterMinutes <= 1_440)) return null;
  return { exitCodes, sleepAfterMinutes };
}
