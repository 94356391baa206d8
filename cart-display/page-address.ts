/**
 * What the page's address says it is: `/cart/?cart=cart-13[&watch=1][&token=…][&scheme=light|dark]`, with
 * `[&agent=8471&agentToken=…]` where an agent runs on the same cart, or `?screen=…`.
 */
import type { AgentAddress } from './link/agent-line.ts';

export type PageAddress =
  | {
      /** A cart's screen, or one that hangs in a zone. */
      readonly kind: 'cart' | 'screen';
      readonly name: string;
      readonly isWatching: boolean;
      readonly token: string | null;
      /** Of the agent on the same cart; null: there is none, and numbers go to the store as they are. */
      readonly agent: AgentAddress | null;
      readonly scheme: 'light' | 'dark' | null;
    }
  /** Shown to whoever sets the page up. */
  | { readonly kind: 'unreadable'; readonly name: string };

export function readPageAddress(search: string): PageAddress {
  const parameters = new URLSearchParams(search);
  const cart = parameters.get('cart');
  const name = cart ?? parameters.get('screen') ?? '';
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(name)) return { kind: 'unreadable', name };
  const agent = readAgent(parameters.get('agent'), parameters.get('agentToken'));
  // Meant to keep numbers on the cart: without it they are not keyed at all.
  if (agent === 'unreadable') return { kind: 'unreadable', name };
  const scheme = parameters.get('scheme');
  return {
    kind: cart === null ? 'screen' : 'cart',
    name,
    isWatching: parameters.get('watch') === '1',
    token: parameters.get('token'),
    agent,
    scheme: scheme === 'light' || scheme === 'dark' ? scheme : null,
  };
}

function readAgent(port: string | null, token: string | null): AgentAddress | 'unreadable' | null {
  if (port === null && token === null) return null;
  if (!isPort(Number(port)) || !token) return 'unreadable';
  return { port: Number(port), token };
}

export function isPort(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1_024 && (value as number) <= 65_535;
}
