/**
 * The house's look for pages that headquarters write themselves, without a build and without a script: the tokens, the
 * faces and the buttons of `ui/`, and what these pages add. Served under names that change with what is in them.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';

const sheets = ['tokens.css', 'type.css', 'base.css', 'button.css'];
const yearSeconds = 31_536_000;

interface LookFile {
  readonly type: string;
  readonly bytes: Buffer;
}

export interface Look {
  /** "/look/look-1a2b3c4d.css" */
  readonly sheet: string;
  readonly seenScript: string;
}

export function serveLook(app: FastifyInstance): Look {
  const files = new Map<string, LookFile>();
  const add = (name: string, bytes: Buffer, type: string): string => {
    const [, stem = '', end = ''] = /^(.*)(\.\w+)$/.exec(name) ?? [];
    const path = `${stem}-${createHash('sha256').update(bytes).digest('hex').slice(0, 8)}${end}`;
    files.set(path, { type, bytes });
    return `/look/${path}`;
  };
  const sheet =
    sheets.map((name) => uiSheet(name, add)).join('\n') +
    [own('look.css'), own('../../pages/pages.css')].map((file) => readFileSync(file, 'utf8')).join('');
  const look = {
    sheet: add('look.css', Buffer.from(sheet), 'text/css; charset=utf-8'),
    seenScript: add('seen.js', readFileSync(own('seen.js')), 'text/javascript; charset=utf-8'),
  };
  app.get<{ Params: { file: string } }>('/look/:file', (request, reply) => {
    const file = files.get(request.params.file);
    if (!file) return reply.code(404).send();
    return reply
      .header('cache-control', `public, max-age=${yearSeconds}, immutable`)
      .header('x-content-type-options', 'nosniff')
      .type(file.type)
      .send(file.bytes);
  });
  return look;
}

/** With its imports taken out (they stand before it), and its faces under our own addresses. */
function uiSheet(name: string, add: (name: string, bytes: Buffer, type: string) => string): string {
  const path = fileURLToPath(import.meta.resolve(`@kairos/ui/${name}`));
  const find = createRequire(path);
  return readFileSync(path, 'utf8')
    .replace(/^@import .*$/gm, '')
    .replace(/url\("([^"]+\.woff2)"\)/g, (_, face: string) => {
      const file = find.resolve(face);
      return `url("${add(basename(file), readFileSync(file), 'font/woff2')}")`;
    });
}

function own(file: string): string {
  return join(import.meta.dirname, file);
}
