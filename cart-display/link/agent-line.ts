/**
 * The page's end of the line to the agent on the same cart (`protocol/agent-line.ts`), over loopback. Where there is one
 * a number that is keyed goes through it, and nowhere while it is down: what was promised not to leave the cart does not.
 * Opened again for as long as the page lives; each question is answered once, by the agent or by `away`.
 */
import type {
  AgentToPage,
  agentClosings,
  JudgedNumber,
  agentLinePath as linePath,
  PageToAgent,
} from '@kairos/protocol/agent-line.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import { reconnectDelay } from './line.ts';

/** Where the page finds its agent, and what it shows it. */
export interface AgentAddress {
  readonly port: number;
  readonly token: string;
}

export type AgentAnswer = JudgedNumber | { readonly kind: 'away' };

export interface AgentLine {
  open(): void;
  judge(number: string, means: 'typed' | 'scanned', answer: (answer: AgentAnswer) => void): void;
}

export interface AgentLineOptions {
  readonly cart: string;
  readonly address: AgentAddress;
  readonly ports: Ports;
  readonly onScan: (outcome: 'goods' | 'unknown') => void;
  /** For whoever sets the cart up: a browser's console, a shell's log. */
  readonly say: (words: string) => void;
}

/** The protocol's own, checked against it by the compiler. */
const agentLinePath: typeof linePath = '/page';
const lastOwnClosing: (typeof agentClosings)['too-much'] = 4004;
/** The agent answers within a millisecond or two. */
const agentAnswerMaxMs = 2_000;

export function createAgentLine({ cart, address, ports, onScan, say }: AgentLineOptions): AgentLine {
  const asked = new Map<number, (answer: AgentAnswer) => void>();
  let socket: WebSocket | null = null;
  let isWelcome = false;
  let lastId = 0;
  let attempt = 0;
  let lastWords = '';

  const settle = (id: number, answer: AgentAnswer): void => {
    const tell = asked.get(id);
    asked.delete(id);
    tell?.(answer);
  };
  const send = (message: PageToAgent): void => socket?.send(JSON.stringify(message));
  const take = (message: AgentToPage): void => {
    if (message.say === 'welcome') {
      isWelcome = true;
      attempt = 0;
      lastWords = '';
    } else if (message.say === 'judged') settle(message.id, message.judged);
    else if (message.say === 'scanned') onScan(message.outcome);
  };
  const lose = ({ code, reason }: CloseEvent): void => {
    socket = null;
    isWelcome = false;
    for (const id of [...asked.keys()]) settle(id, { kind: 'away' });
    const isTold = code > 4000 && code <= lastOwnClosing;
    const words = `the agent on this cart, port ${address.port}: ${isTold ? reason : 'does not answer; is it running, with "page" in its edge.yaml?'}`;
    if (words !== lastWords) say(words);
    lastWords = words;
    ports.timers.after(reconnectDelay(attempt++, ports.random.next()), open);
  };
  const open = (): void => {
    socket = new WebSocket(`ws://127.0.0.1:${address.port}${agentLinePath}`);
    socket.onopen = () => send({ say: 'hello', cart, token: address.token });
    socket.onmessage = ({ data }) => {
      const message = read(data);
      if (message) take(message);
    };
    socket.onclose = lose;
  };
  return {
    open,
    judge(number, means, answer) {
      if (!isWelcome) {
        answer({ kind: 'away' });
        return;
      }
      lastId += 1;
      const id = lastId;
      asked.set(id, answer);
      ports.timers.after(agentAnswerMaxMs, () => settle(id, { kind: 'away' }));
      send({ say: 'number', id, number, means });
    },
  };
}

/** As much as is needed so as not to fail: the agent has no other readers. */
function read(data: unknown): AgentToPage | null {
  try {
    const message = JSON.parse(String(data)) as AgentToPage;
    if (message.say === 'judged') return typeof message.judged?.kind === 'string' ? message : null;
    return message.say === 'welcome' || message.say === 'scanned' ? message : null;
  } catch {
    return null;
  }
}
