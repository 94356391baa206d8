import { expect, it } from 'vitest';
import { readShellConfig } from './shell-config.ts';

const screen = { screen: 'cart-07', store: 'http://192.168.0.10:8470' };
const read = (more: object, env: Record<string, string> = {}) =>
  readShellConfig(JSON.stringify({ ...screen, ...more }), env);

it('names the agent on this cart by port and token, from the file or the environment; or there is none', () => {
  const agent = { port: 8471, token: 'secret-of-both-ends' };
  expect(read({})).toMatchObject({ config: { agent: null } });
  expect(read({ agent })).toMatchObject({ config: { agent } });
  const env = { KAIROS_AGENT_PORT: '8471', KAIROS_AGENT_TOKEN: agent.token };
  expect(read({}, env)).toMatchObject({ config: { agent } });
});

it.each([[{}], [{ port: 80, token: 'secret' }], [{ port: 8471 }], [{ port: '8471', token: 'secret' }], [7]])(
  'says what to give where that is not whole: %j',
  (agent) => {
    expect(read({ agent })).toEqual({ kind: 'faults', faults: [expect.stringContaining('KAIROS_AGENT_PORT')] });
  },
);
