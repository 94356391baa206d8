/**
 * Kairos on the retailer's own site: <script src="https://HQ/kairos.js" data-handle="…" async></script>. Nothing is kept
 * and nothing is sent before kairos.consent(true). What is reported waits in a bounded queue until headquarters have it,
 * over page loads and lost lines; a message is shown in a shadow root, or handed to the site's own callback.
 *
 *   window.kairos = window.kairos || [];
 *   kairos.push(['consent', true], ['visit', { category: 'sandals' }], ['ask']);
 */
(() => {
  const script = document.currentScript;
  const place = `${new URL(script.src).origin}/v1/site`;
  const handle = script.dataset.handle ?? '';
  const queueMax = 50;
  /** Hers alone: what another visitor of this browser has left is neither sent nor shown. */
  const hers = `kairos.${handle.split('.')[2]?.slice(0, 16)}.`;
  const queueKey = `${hers}queue`;
  const messageKey = `${hers}message`;
  const retryMs = [2e3, 1e4, 6e4];
  let isAllowed = false;
  let tries = 0;
  let line = Promise.resolve(null);

  /** Storage that a browser forbids is none: the page goes on without. */
  const kept = (store, key, value) => {
    try {
      if (value === null) window[store].removeItem(key);
      else if (value !== undefined) window[store].setItem(key, JSON.stringify(value));
      return JSON.parse(window[store].getItem(key));
    } catch {
      return null;
    }
  };
  const forgetOthers = (store) => {
    try {
      for (const key of Object.keys(window[store]))
        if (key.startsWith('kairos.') && !key.startsWith(hers)) window[store].removeItem(key);
    } catch {
      // Nothing is kept where nothing can be.
    }
  };
  let memory = [];
  let isStored = false;
  /** Her other tabs have the same: each adds to what it finds there. Of two that write in one moment the later one stands. */
  const waiting = () => (isStored ? (kept('localStorage', queueKey) ?? []) : memory);
  const keep = (queue) => {
    memory = queue;
    isStored = kept('localStorage', queueKey, queue) !== null;
  };

  const newId = () =>
    [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

  const put = (kind, more) => {
    if (!isAllowed || !handle) return;
    keep([...waiting(), { ...more, kind, id: newId(), at: Date.now() }].slice(-queueMax));
  };
  const reports = (queue) => queue.map(({ at, ...report }) => ({ ...report, agoMs: Math.max(0, Date.now() - at) }));

  const post = async (ask) => {
    const queue = isAllowed ? waiting() : [];
    if (!isAllowed || !handle || (!ask && queue.length === 0)) return null;
    const sent = new Set(queue.map(({ id }) => id));
    try {
      const body = JSON.stringify({ handle, reports: reports(queue), ask });
      const headers = { 'content-type': 'text/plain' };
      const reply = await fetch(place, {
        method: 'POST',
        body,
        headers,
        keepalive: body.length < 6e4,
        credentials: 'omit',
      });
      if (reply.status === 429 || reply.status >= 500) throw reply.status;
      // A handle whose time is over: the next page brings another.
      if (reply.status === 401) return null;
      // What was refused is refused again: it does not hold up what comes after it.
      keep(waiting().filter(({ id }) => !sent.has(id)));
      tries = 0;
      return reply.ok ? (await reply.json()).message : null;
    } catch {
      if (tries < retryMs.length) setTimeout(() => send(false), retryMs[tries++]);
      return null;
    }
  };
  /** One after the other, so that nothing is under way twice. */
  const send = (ask) => {
    line = line.then(() => post(ask));
    return line;
  };
  const report = (kind, more) => {
    put(kind, more);
    return send(false);
  };

  /** The first paint that she can see: half of it within the window, the page in front. */
  const whenSeen = (element, seen) => {
    const watch = new IntersectionObserver(
      (entries) => {
        if (document.visibilityState !== 'visible' || !entries.some((entry) => entry.isIntersecting)) return;
        watch.disconnect();
        requestAnimationFrame(() => requestAnimationFrame(seen));
      },
      { threshold: 0.5 },
    );
    const look = () => {
      watch.unobserve(element);
      watch.observe(element);
    };
    document.addEventListener('visibilitychange', look);
    look();
  };

  const style = `:host{all:initial}
section{position:fixed;inset-block-end:16px;inset-inline:16px;margin-inline:auto;max-inline-size:26rem;box-sizing:border-box;padding:20px;border-radius:16px;background:#fdfcf9;color:#2b2521;font:1.125rem/1.4 system-ui,sans-serif;box-shadow:0 0 0 1px #0002,0 16px 40px -12px #0006;z-index:2147483647}
h2{margin:0 3rem 8px 0;font-size:1.5rem;line-height:1.2;color:#00352e}
section:dir(rtl) h2{margin:0 0 8px 3rem}
p{margin:0 0 16px;white-space:pre-line}
div{display:grid;gap:8px}
button{min-block-size:48px;padding:8px 16px;border:2px solid #6d645c;border-radius:12px;background:#fff;color:inherit;font:inherit;cursor:pointer}
button:focus-visible{outline:4px solid #2b2521;outline-offset:2px}
.close{position:absolute;inset-block-start:8px;inset-inline-end:8px;inline-size:48px;border:0;background:none}
@media (prefers-color-scheme:dark){section{background:#2a2521;color:#f7f3ec}h2{color:#c3f2e4}button{background:#1d1916;border-color:#a89e92}button:focus-visible{outline-color:#f7f3ec}}`;

  const draw = (message, deeds) => {
    const host = document.createElement('kairos-message');
    const root = host.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
    const make = (tag, text, into) => {
      const element = document.createElement(tag);
      element.textContent = text;
      return into.appendChild(element);
    };
    const section = make('section', '', root);
    section.lang = message.locale;
    section.dir = message.direction;
    section.setAttribute('role', 'region');
    section.setAttribute('aria-label', message.headline);
    make('h2', message.headline, section);
    if (message.body) make('p', message.body, section);
    const answers = make('div', '', section);
    for (const { id, label } of message.answers) {
      make('button', label, answers).onclick = () => {
        host.remove();
        deeds.answer(id);
      };
    }
    const close = make('button', '×', section);
    close.className = 'close';
    close.setAttribute('aria-label', message.close);
    close.onclick = () => {
      host.remove();
      deeds.close();
    };
    setTimeout(() => host.remove(), message.until - Date.now());
    document.body.append(host);
    whenSeen(section, deeds.shown);
  };

  const tell = (message, callback) => {
    const of = { message: message.message };
    let isSeen = false;
    const deeds = {
      shown: () => {
        if (isSeen || message.isSeen) return;
        isSeen = true;
        kept('sessionStorage', messageKey, { ...message, isSeen });
        report('shown', of);
      },
      answer: (answer, form) => {
        kept('sessionStorage', messageKey, null);
        report('answered', { ...of, answer, ...(form ? { form } : {}) });
      },
      close: () => {
        kept('sessionStorage', messageKey, null);
        report('silent', of);
      },
    };
    (callback ?? draw)(message, deeds);
  };

  const kairos = {
    /** Her word, as the site has asked for it. Without it nothing is kept; withdrawn, what was kept is gone. */
    consent(granted) {
      isAllowed = granted === true;
      for (const store of ['localStorage', 'sessionStorage']) forgetOthers(store);
      const before = isAllowed ? (kept('localStorage', queueKey) ?? []) : [];
      if (isAllowed) {
        keep(before);
        return void send(false);
      }
      memory = [];
      isStored = false;
      kept('localStorage', queueKey, null);
      kept('sessionStorage', messageKey, null);
    },
    visit({ page = location.pathname, category } = {}) {
      // A cut through the middle of an emoji leaves half of a character, which is none.
      report('visit', { page: page.slice(0, 200).replace(/[\uD800-\uDBFF]$/, ''), ...(category ? { category } : {}) });
    },
    /** { receipt, currency, total, lines }: money in minor units, quantities in thousandths. */
    purchase(sale) {
      report('purchase', sale);
    },
    /** `callback(message, { shown, answer, close })` draws it instead of us. */
    async ask(callback) {
      if (!isAllowed) return;
      const before = kept('sessionStorage', messageKey);
      if (before && before.until > Date.now()) return tell(before, callback);
      const message = await send(true);
      if (!message) return;
      const told = { ...message, until: Date.now() + message.forMs };
      kept('sessionStorage', messageKey, told);
      tell(told, callback);
    },
    push(...calls) {
      for (const [name, ...args] of calls) kairos[name]?.(...args);
    },
  };
  const before = window.kairos;
  window.kairos = kairos;
  // Leaving, whatever waits goes on its way; it is sent again from the next page, and counts once.
  addEventListener('pagehide', () => {
    const queue = isAllowed && handle ? waiting() : [];
    if (queue.length > 0)
      navigator.sendBeacon(
        place,
        new Blob([JSON.stringify({ handle, reports: reports(queue), ask: false })], { type: 'text/plain' }),
      );
  });
  addEventListener('online', () => send(false));
  if (Array.isArray(before)) kairos.push(...before);
})();
