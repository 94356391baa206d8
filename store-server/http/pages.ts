/**
 * The pages that the store serves: built by Vite into a folder each, hashed assets kept for ever, the rest asked for
 * anew. Pages of one build share their assets, which stand in a folder beside theirs and are served at `/assets/`.
 */
import { existsSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

export interface Page {
  /** "/cart/" */
  readonly path: string;
  readonly title: string;
  readonly says: string;
  /** Where it was built. */
  readonly folder: string;
}

const forEver = 'public, max-age=31536000, immutable';

export async function servePages(app: FastifyInstance, pages: readonly Page[]): Promise<void> {
  for (const page of pages) await servePage(app, page);
  const shared = new Set(pages.map(({ folder }) => join(dirname(folder), 'assets')).filter(existsSync));
  for (const folder of shared) await serveFolder(app, '/assets/', folder);
  app.get('/', (_, reply) => reply.type('text/html; charset=utf-8').send(listOf(pages)));
  app.get('/favicon.ico', (_, reply) => reply.code(204).send());
}

async function servePage(app: FastifyInstance, page: Page): Promise<void> {
  const bare = page.path.replace(/\/$/, '');
  app.get(bare, (request, reply) => {
    const query = request.raw.url?.split('?')[1];
    return reply.redirect(query === undefined ? page.path : `${page.path}?${query}`);
  });
  if (!existsSync(join(page.folder, 'index.html'))) {
    app.get(`${page.path}*`, (_, reply) =>
      reply
        .code(503)
        .type('text/plain')
        .send(`${page.title} has not been built yet: run "npm run build" and reload.\n`),
    );
    return;
  }
  await serveFolder(app, page.path, page.folder);
}

async function serveFolder(app: FastifyInstance, prefix: string, root: string): Promise<void> {
  await app.register(fastifyStatic, {
    root,
    prefix,
    decorateReply: false,
    cacheControl: false,
    setHeaders: (response, path) => {
      response.header('cache-control', path.includes(`${sep}assets${sep}`) ? forEver : 'no-cache');
    },
  });
}

/** No script, no style: what is on this page has to be readable on anything. */
function listOf(pages: readonly Page[]): string {
  const others: readonly Pick<Page, 'path' | 'title' | 'says'>[] = [
    { path: '/health', title: 'Health', says: 'whether the store is ready, and what to see to' },
    { path: '/metrics', title: 'Metrics', says: 'counters for Prometheus' },
    { path: '/api/rejected', title: 'Refused', says: 'the newest of what was not taken in, on this machine only' },
    { path: '/api/floor-plan', title: 'Floor plan', says: 'zones, shelves, tills and radio, as JSON' },
  ];
  const items = [...pages, ...others]
    .map(({ path, title, says }) => `<li><a href="${path}">${title}</a>: ${says}</li>`)
    .join('\n');
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Kairos</title></head>
<body><h1>Kairos</h1><ul>
${items}
</ul></body>
</html>
`;
}
