/** What the first load costs, and that a strict policy can serve it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage } from './browser.ts';

/** JavaScript and CSS in Brotli; fonts and pictures apart. */
const budgetBytes = 150 * 1024;

let pages: string;
const read = (file: string): Buffer => readFileSync(join(pages, file));

beforeAll(async () => {
  pages = mkdtempSync(join(tmpdir(), 'kairos-cart-'));
  await buildPage(pages);
});
afterAll(() => rmSync(pages, { recursive: true, force: true }));

describe('the built page', () => {
  it('loads at most 150 KB of JavaScript and CSS in Brotli', () => {
    const files = readdirSync(join(pages, 'assets')).filter((file) => /\.(js|css)$/.test(file));
    const sizes = files.map((file) => ({ file, bytes: brotliCompressSync(read(`assets/${file}`)).length }));
    const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
    process.stderr.write(`cart page: ${(total / 1024).toFixed(1)} KB of JavaScript and CSS in Brotli\n`);
    expect(files.length).toBeGreaterThanOrEqual(2);
    expect(total).toBeLessThanOrEqual(budgetBytes);
  });

  it('carries no schema library: of the protocol it has the types alone', () => {
    const scripts = readdirSync(join(pages, 'assets')).filter((file) => file.endsWith('.js'));
    const text = scripts.map((file) => read(`assets/${file}`).toString()).join('');
    expect(text).toContain('message.shown');
    expect(text).not.toMatch(/ZodError|_zod|strictObject/);
  });

  it('has nothing inline and no address but relative ones', () => {
    const html = read('index.html').toString();
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=/);
    const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]);
    expect(addresses.length).toBeGreaterThanOrEqual(3);
    expect(addresses.filter((address) => !address?.startsWith('./'))).toEqual([]);
  });
});
