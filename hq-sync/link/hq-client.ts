/**
 * The store's connection to headquarters: one keep-alive connection over TLS, answers judged by their schema. What goes
 * wrong is a value: `away` (nobody there, or the line was cut: later), `refused` with HQ's reason.
 */
import { createHash } from 'node:crypto';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import {
  type ChangesAnswer,
  type ChangesAsked,
  type ChunkAnswer,
  type ChunkRefusal,
  type CustomerAnswer,
  changesAnswer,
  chunkAnswer,
  chunkRefusal,
  customerAnswer,
  type DaysAnswer,
  daysAnswer,
  type ReleaseAnswer,
  releaseAnswer,
  type SyncHello,
  type SyncWelcome,
  syncPaths,
  syncVersions,
  syncWelcome,
} from '@kairos/protocol/sync-messages.ts';
import { z } from 'zod';

/** Without a byte for so long, the line is taken for dead. A slow one that moves is not cut. */
const silentMsMax = 30_000;
/** A release is the longest. */
const answerBytesMax = 40 * 1024 * 1024;
/** Five chunks under way, and customers who stand at a cart and are asked for meanwhile. */
const socketsMax = 8;
export const chunkType = 'application/vnd.kairos.chunk';

export interface HqAddress {
  /** "https://hq.example:8480"; http only for this machine. */
  readonly url: string;
  readonly token: string;
  /** Certificates that sign HQ's, PEM; those of the machine where none is given. */
  readonly ca?: string;
}

export type HqAnswer<Content> =
  | { readonly kind: 'answered'; readonly content: Content }
  | { readonly kind: 'refused'; readonly refusal: ChunkRefusal }
  /** No answer: what was sent may have been taken in all the same. */
  | { readonly kind: 'away'; readonly reason: string };

export class HqClient {
  readonly #address: HqAddress;
  readonly #agent: HttpAgent;

  /** Throws where the address is none. */
  constructor(address: HqAddress) {
    this.#address = address;
    const { protocol } = new URL(address.url);
    const options = { keepAlive: true, maxSockets: socketsMax, noDelay: true };
    this.#agent = protocol === 'https:' ? new HttpsAgent({ ...options, ca: address.ca }) : new HttpAgent(options);
  }

  hello(hello: SyncHello): Promise<HqAnswer<SyncWelcome>> {
    return this.#ask(syncPaths.hello, syncWelcome, Buffer.from(JSON.stringify(hello)), 'application/json');
  }

  chunk(bytes: Buffer): Promise<HqAnswer<ChunkAnswer>> {
    return this.#ask(syncPaths.chunks, chunkAnswer, bytes, chunkType);
  }

  days(asked: unknown): Promise<HqAnswer<DaysAnswer>> {
    return this.#ask(syncPaths.days, daysAnswer, Buffer.from(JSON.stringify(asked)), 'application/json');
  }

  /** `language`: the version that the store knows; of an earlier build the first. */
  release(language = 1): Promise<HqAnswer<ReleaseAnswer>> {
    return this.#ask(syncPaths.release, releaseAnswer, Buffer.from(JSON.stringify({ language })), 'application/json');
  }

  changes(asked: Omit<ChangesAsked, 'versions'>): Promise<HqAnswer<ChangesAnswer>> {
    const body = Buffer.from(JSON.stringify({ ...asked, versions: syncVersions }));
    return this.#ask(syncPaths.changes, changesAnswer, body, 'application/json');
  }

  /** Somebody who stands in the store. `giveUp`: the answer is wanted no more. */
  customer(chainId: string, giveUp: AbortSignal): Promise<HqAnswer<CustomerAnswer>> {
    return this.#ask(
      syncPaths.customer,
      customerAnswer,
      Buffer.from(JSON.stringify({ chainId })),
      'application/json',
      giveUp,
    );
  }

  close(): void {
    this.#agent.destroy();
  }

  async #ask<Content>(
    path: string,
    schema: z.ZodType<Content>,
    body: Buffer,
    type: string,
    giveUp?: AbortSignal,
  ): Promise<HqAnswer<Content>> {
    let answer: { status: number; text: string };
    try {
      answer = await this.#post(path, body, type, giveUp);
    } catch (error) {
      return { kind: 'away', reason: (error as Error).message };
    }
    const said = parsed(answer.text);
    if (answer.status === 200) {
      const content = schema.safeParse(said);
      if (content.success) return { kind: 'answered', content: content.data };
      return { kind: 'away', reason: 'what answered does not speak as headquarters do' };
    }
    const refusal = chunkRefusal.safeParse(said);
    if (refusal.success) return { kind: 'refused', refusal: refusal.data };
    // A reason of a later version: its words are for a person, and its status says whether it passes.
    const later = laterRefusal.safeParse(said);
    if (later.success && answer.status < 500 && answer.status !== tooMany)
      return { kind: 'refused', refusal: { reason: 'refused', message: later.data.message } };
    if (later.success) return { kind: 'away', reason: later.data.message };
    return { kind: 'away', reason: `headquarters answered ${answer.status}` };
  }

  #post(path: string, body: Buffer, type: string, giveUp?: AbortSignal): Promise<{ status: number; text: string }> {
    const url = new URL(path, this.#address.url);
    const ask = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const headers = {
      'content-type': type,
      'content-length': body.length,
      'content-digest': contentDigest(body),
      authorization: `Bearer ${this.#address.token}`,
    };
    return new Promise((resolve, reject) => {
      const signal = giveUp ? { signal: giveUp } : {};
      const request = ask(url, { method: 'POST', agent: this.#agent, headers, ...signal }, (response) => {
        readText(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), reject);
      });
      request.setTimeout(silentMsMax, () => request.destroy(new Error('the line has gone silent')));
      request.on('error', reject);
      request.end(body);
    });
  }
}

const laterRefusal = chunkRefusal.extend({ reason: z.string().max(40) });
const tooMany = 429;

/** RFC 9530: both sides name what they have, so that a line that bends bytes is found out. */
export function contentDigest(body: Buffer): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}

async function readText(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > answerBytesMax) throw new Error('the answer is too long for headquarters');
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
