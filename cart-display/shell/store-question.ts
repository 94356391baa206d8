/** One question to the store over HTTP; what is not a plain answer is an error that says so. */
import type { AskStore } from './shell-config.ts';

const timeoutMs = 8_000;
const bytesMax = 16_384;

export const askStore: AskStore = async (url, token) => {
  const response = await fetch(url, {
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(timeoutMs),
    redirect: 'error',
  });
  if (response.status === 401) throw new Error('does not take the token of this screen');
  if (response.status === 404) throw new Error('knows no screen of this name');
  if (!response.ok) throw new Error(`answered ${response.status}`);
  const text = await response.text();
  if (text.length > bytesMax) throw new Error('answered more than the settings of a screen');
  return JSON.parse(text) as unknown;
};
