/*
 * Keeps the handheld's shell on the device, so that the page opens out of reach of the store and can say so. What the
 * store says is never kept: no task is shown from yesterday. The page itself is asked for anew whenever the store can be
 * reached; files under /assets/ bear their content in their name and never change.
 */
const cacheName = 'kairos-handheld';
const page = '/handheld/';

self.addEventListener('install', (event) => {
  event.waitUntil(keepShell().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (request.mode === 'navigate' && pathname.startsWith(page)) event.respondWith(freshPage(request));
  else if (pathname.startsWith('/assets/') || pathname.startsWith(page)) event.respondWith(keptFile(request));
});

async function keepShell() {
  const cache = await caches.open(cacheName);
  const answer = await fetch(page, { cache: 'no-cache' });
  if (!answer.ok) return;
  await cache.put(page, answer.clone());
  const found = await filesOf(await answer.text(), page);
  await Promise.all(found.map((file) => keep(cache, file)));
}

/** With what it names in turn: styles name the type, modules other modules. */
async function keep(cache, file) {
  if (await cache.match(file)) return;
  const answer = await fetch(file);
  if (!answer.ok) return;
  await cache.put(file, answer.clone());
  if (!/\.(css|js)$/.test(file)) return;
  const more = filesOf(await answer.text(), file);
  await Promise.all(more.map((next) => keep(cache, next)));
}

function filesOf(text, base) {
  const named = [...text.matchAll(/["'(]((?:\.{0,2}\/)?[\w./-]+\.(?:js|css|woff2|svg|webmanifest))["')]/g)];
  const paths = named.map(([, name]) => new URL(name, new URL(base, self.location.origin)).pathname);
  return [...new Set(paths)].filter((path) => path.startsWith('/assets/') || path.startsWith(page));
}

async function freshPage(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok) {
      const cache = await caches.open(cacheName);
      await cache.put(page, answer.clone());
    }
    return answer;
  } catch {
    return (await caches.match(page)) ?? Response.error();
  }
}

async function keptFile(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    const cache = await caches.open(cacheName);
    await cache.put(request, answer.clone());
  }
  return answer;
}
