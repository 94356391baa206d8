/**
 * Kairos on the retailer's own site: <script src="https://HQ/kairos.js" data-handle="…" async></script>. Nothing is kept
 * and nothing is sent before kairos.consent(true). What is reported waits until headquarters have it, bounded, over page
 * loads and lost lines; a message is shown in a shadow root, or handed to the site's own callback.
 *
 *   window.kairos = window.kairos || [];
 *   kairos.push(['consent', true], ['visit', { category: 'sandals' }], ['ask']);
 */
(() => {
  const script = document.currentScript;
  const place = `${new URL(script.src).origin}/v1/site`;
  const handle = script.dataset.handle ?? '';
  /** What waits; beyond it the oldest goes. */
  const reportsMax = 50;
  /** A request of at most 64 KB outlives its page: what waits goes in such pieces, and a larger report alone. */
  const pieceBytesMax = 6e4;
  /** Headquarters take 256 KB at once. Of a larger report, and of one that is no JSON, they learn that it was dropped. */
  const reportBytesMax = 25e4;
  /** Hers alone: what another visitor of this browser has left is neither sent nor shown. */
  const hers = `kairos.${handle.split('.')[2]?.slice(0, 16)}.`;
  const reportKey = `${hers}report.`;
  const messageKey = `${hers}message`;
  /** Where versions before this one kept all of them. */
  const formerKey = `${hers}queue`;
  const withdrawnKey = `${hers}withdrawn`;
  const retryMs = [2e3, 1e4, 6e4];
  let isAllowed = false;
  let tries = 0;
  let count = 0;
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
  const keysIn = (store) => {
    try {
      return Object.keys(window[store]).filter((key) => key.startsWith('kairos.'));
    } catch {
      return [];
    }
  };
  /** What storage does not take. */
  let memory = [];
  /** Each report has a key of its own: tabs that write in one moment overwrite nothing of each other's. */
  const keep = (report) => {
    if (!kept('localStorage', reportKey + report.id, report)) memory.push(report);
  };
  const forget = (reports) => {
    memory = memory.filter((report) => !reports.includes(report));
    for (const { id } of reports) kept('localStorage', reportKey + id, null);
  };
  /** All of hers, of all her tabs, the oldest first. */
  const waiting = () => {
    const stored = keysIn('localStorage').filter((key) => key.startsWith(reportKey));
    return [...stored.map((key) => kept('localStorage', key)), ...memory]
      .filter((report) => report?.id)
      .sort((one, other) => one.at - other.at || one.order - other.order);
  };

  const newId = () =>
    [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const bytesOf = (text) => new Blob([text]).size;
  const jsonOf = (value) => {
    try {
      return JSON.stringify(value);
    } catch {
      return null;
    }
  };

  const put = (kind, more) => {
    if (!isAllowed || !handle) return;
    const waits = { id: newId(), at: Date.now(), order: count++ };
    const report = jsonOf({ ...more, kind, ...waits });
    const why = report === null ? 'unreadable' : bytesOf(report) > reportBytesMax ? 'too-large' : null;
    keep(why ? { kind: 'dropped', what: kind, why, ...waits } : JSON.parse(report));
    forget(waiting().slice(0, -reportsMax));
  };
  const pieceOf = (reports) => {
    let left = pieceBytesMax;
    const end = reports.findIndex((report) => {
      left -= bytesOf(jsonOf(report));
      return left < 0;
    });
    return end < 0 ? reports : reports.slice(0, end || 1);
  };
  const bodyOf = (reports, ask) =>
    jsonOf({
      handle,
      reports: reports.map(({ at, order, ...report }) => ({ ...report, agoMs: Math.max(0, Date.now() - at) })),
      ask,
    });

  /** Piece after piece; a message is asked for with the last, when headquarters know everything that she has done. */
  const post = async (ask) => {
    let left = isAllowed ? waiting() : [];
    if (!isAllowed || !handle || (!ask && left.length === 0)) return null;
    try {
      do {
        const piece = pieceOf(left);
        left = left.slice(piece.length);
        const body = bodyOf(piece, ask && left.length === 0);
        const reply = await fetch(place, {
          method: 'POST',
          body,
          headers: { 'content-type': 'text/plain' },
          keepalive: bytesOf(body) < 64e3,
          credentials: 'omit',
        });
        // Read in any case: until then a browser counts it among the 64 KB that are under way.
        const said = await reply.text();
        if (reply.status === 429 || reply.status >= 500) throw reply.status;
        // A handle whose time is over: the next page brings another.
        if (reply.status === 401) return null;
        // What was refused is refused again: it does not hold up what comes after it.
        forget(piece);
        tries = 0;
        if (left.length === 0 && reply.ok) return JSON.parse(said).message;
      } while (isAllowed && left.length > 0);
    } catch {
      if (tries < retryMs.length) setTimeout(() => send(false), retryMs[tries++]);
    }
    return null;
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

  const clean = (isGone) => {
    for (const store of ['localStorage', 'sessionStorage'])
      for (const key of keysIn(store)) if (isGone(key)) kept(store, key, null);
  };
  const withdraw = () => {
    isAllowed = false;
    memory = [];
    clean(() => true);
  };

  const kairos = {
    /** Her word, as the site has asked for it. Without it nothing is kept; withdrawn, in all her tabs, what was kept is gone. */
    consent(granted) {
      if (granted !== true) {
        // Not where she was asked for the first time: a site may say no until it knows.
        if (isAllowed) kept('localStorage', withdrawnKey, true);
        return withdraw();
      }
      isAllowed = true;
      clean((key) => !key.startsWith(hers));
      for (const report of kept('localStorage', formerKey) ?? []) keep(report);
      kept('localStorage', formerKey, null);
      send(false);
    },
    visit({ page = location.pathname, category } = {}) {
      // A cut through the middle of an emoji leaves half of a character, which is none.
      report('visit', {
        page: `${page}`.slice(0, 200).replace(/[\uD800-\uDBFF]$/, ''),
        ...(category ? { category } : {}),
      });
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
    const piece = isAllowed && handle ? pieceOf(waiting()) : [];
    if (piece.length > 0) navigator.sendBeacon(place, new Blob([bodyOf(piece, false)], { type: 'text/plain' }));
  });
  addEventListener('storage', ({ key, newValue }) => {
    if (key === withdrawnKey && newValue) withdraw();
  });
  addEventListener('online', () => send(false));
  if (Array.isArray(before)) kairos.push(...before);
})();
