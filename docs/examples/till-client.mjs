/**
 * An example of a till that shows the prompt itself (docs/tills.md): plain JavaScript, no library. Each call comes back
 * within `withinMs`, whatever becomes of the store: a till never waits for a prompt. Receipts go their own way and are
 * sent again until the store has them.
 */

/** Added to what the store holds a request for, before it is given up. */
const waitSeconds = 20;
const retryMs = 1_000;

/**
 * @param {{ store: string, lane: string, token?: string, withinMs?: number }} options `store`: "http://192.168.0.10:8470"
 */
export function openLane({ store, lane, token, withinMs = 800 }) {
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };

  /** Resolves with the store's answer, or with `{ outcome: 'no-store' }`; never rejects. */
  async function ask(path, body, limitMs = withinMs) {
    try {
      const answer = await fetch(`${store}/v1/lanes/${lane}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(limitMs),
      });
      const said = await answer.json();
      return answer.ok ? said : { outcome: 'refused', reason: said.reason };
    } catch {
      return { outcome: 'no-store' };
    }
  }

  return {
    /** Her card was read (`card`, `scanned`), or her number was given (`typed`). */
    identify: (means, number) => ask('/identity', { means, number }),

    /** Tells of the lane now, and at each change, until the returned function is called. */
    watch(onLane) {
      let isOver = false;
      (async () => {
        for (let version = -1; !isOver; ) {
          const said = await ask(`/prompt?after=${version}&wait=${waitSeconds}`, undefined, (waitSeconds + 5) * 1_000);
          if (isOver) return;
          if (said.view === undefined) {
            // Out of touch, nothing of anybody stays on the glass.
            onLane(null);
            await new Promise((resolve) => setTimeout(resolve, retryMs));
          } else if (said.version !== version) {
            version = said.version;
            onLane(said.view);
          }
        }
      })();
      return () => {
        isOver = true;
      };
    },

    /** The prompt is on the glass, for the associate to see. */
    shown: (prompt) => ask(`/prompts/${prompt}/shown`, {}),
    /** One press of a key. */
    answer: (prompt, answer) => ask(`/prompts/${prompt}/answer`, { answer }),
    /** `ended` or `voided`: the lane shows nothing of her any more. */
    end: (reason) => ask('/end', { reason }),
    /** How many wait in the queue. */
    queue: (waiting) => ask('/queue', { waiting }),
  };
}

/** Receipts on their way: kept until the store has each, sent again as often as it takes; a receipt counts once. */
export function openSales({ store, token }) {
  const waiting = [];
  let isSending = false;

  async function send() {
    if (isSending) return;
    isSending = true;
    while (waiting.length > 0) {
      const outcome = await post(waiting[0]);
      if (outcome === 'again') await new Promise((resolve) => setTimeout(resolve, retryMs));
      else waiting.shift();
    }
    isSending = false;
  }

  async function post(receipt) {
    try {
      const answer = await fetch(`${store}/v1/sales`, {
        method: 'POST',
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        body: JSON.stringify(receipt),
        signal: AbortSignal.timeout(5_000),
      });
      const { answers } = await answer.json();
      return answers?.[0]?.outcome === 'try-again' ? 'again' : 'done';
    } catch {
      return 'again';
    }
  }

  return {
    /** Returns at once. A till that may be switched off writes its receipts down first. */
    put(receipt) {
      waiting.push(receipt);
      void send();
    },
    get waiting() {
      return waiting.length;
    },
  };
}
