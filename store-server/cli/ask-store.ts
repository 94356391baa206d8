/**
 * A command that asks the running store on this machine, which alone knows some things. What cannot be is said in words
 * and ends the command with 1.
 */
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { Command } from 'commander';
import { faultsText, loadConfig, type StoreConfig } from '../config.ts';

/** A store on this machine that does not answer is not there. */
const answerMaxMs = 5_000;

/** A fault that is said and ends the command. */
export class Unanswerable extends Error {}

export function withConfig(name: string, about: string): Command {
  return new Command(name).description(about).requiredOption('--config <file>', 'the store’s configuration, YAML');
}

export async function saying(run: () => Promise<string>): Promise<void> {
  try {
    process.stdout.write(`${await run()}\n`);
  } catch (error) {
    if (!(error instanceof Unanswerable)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

export function readConfig(file: string): StoreConfig {
  const loaded = loadConfig({ file, environment: process.env });
  if (loaded.kind === 'faulty') throw new Unanswerable(faultsText(loaded.faults));
  return loaded.config;
}

export function ask<Answer>(config: StoreConfig, method: string, path: string, body?: object): Promise<Answer> {
  let port: number;
  try {
    port = (JSON.parse(readFileSync(join(config.data, 'runtime.json'), 'utf8')) as { httpPort: number }).httpPort;
  } catch {
    throw new Unanswerable(
      `the store is not running (there is no ${join(config.data, 'runtime.json')}); start it first`,
    );
  }
  const text = body === undefined ? '' : JSON.stringify(body);
  return new Promise((done, failed) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        timeout: answerMaxMs,
        headers: text === '' ? {} : { 'content-type': 'application/json' },
      },
      (response) => {
        let heard = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          heard += chunk;
        });
        response.on('end', () => {
          const answer = parsed(heard);
          const { reason, words } = answer as { reason?: string; words?: string };
          if (response.statusCode === 200 || response.statusCode === 204) done(answer as Answer);
          else failed(new Unanswerable(`the store says no: ${words ?? reason ?? response.statusCode}`));
        });
      },
    );
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', (error) =>
      failed(new Unanswerable(`the store on port ${port} does not answer (${error.message})`)),
    );
    asked.end(text);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
