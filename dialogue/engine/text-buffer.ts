/**
 * A text that is put together of many short pieces, as the saved state of a person is: the pieces are written into one
 * buffer, and a string is made of it at the end. To add string to string would leave an object behind for every piece.
 */
const bytesAtFirst = 4096;
/** Of one unit of UTF-16 in UTF-8, at most. */
const bytesPerUnit = 3;
/** Of 32 bits, with the sign. */
const digitsMax = 11;
const asciiMax = 0x7e;
const blank = 0x20;
const quote = 0x22;
const backslash = 0x5c;
const minus = 0x2d;
const zero = 0x30;

export class TextBuffer {
  #bytes = new Uint8Array(bytesAtFirst);
  #length = 0;
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();

  /** As it is. */
  add(text: string): void {
    this.#makeRoom(bytesPerUnit * text.length);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let place = 0; place < text.length; place += 1) {
      const code = text.charCodeAt(place);
      if (code > asciiMax) {
        this.#addEncoded(text);
        return;
      }
      bytes[at++] = code;
    }
    this.#length = at;
  }

  /** As JSON has it. */
  addQuoted(text: string): void {
    this.#makeRoom(text.length + 2);
    const bytes = this.#bytes;
    let at = this.#length;
    bytes[at++] = quote;
    for (let place = 0; place < text.length; place += 1) {
      const code = text.charCodeAt(place);
      if (code < blank || code > asciiMax || code === quote || code === backslash) {
        this.add(JSON.stringify(text));
        return;
      }
      bytes[at++] = code;
    }
    bytes[at++] = quote;
    this.#length = at;
  }

  addNumber(number: number): void {
    if (number === (number | 0)) this.#addInteger(number);
    else this.add(String(number));
  }

  /** What was added, and begins anew. */
  take(): string {
    const text = this.#decoder.decode(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    return text;
  }

  /** Within 32 bits, which most are: times are distances. */
  #addInteger(integer: number): void {
    this.#makeRoom(digitsMax);
    const bytes = this.#bytes;
    let at = this.#length;
    if (integer < 0) bytes[at++] = minus;
    let left = Math.abs(integer) >>> 0;
    let end = at + 1;
    for (let rest = left; rest >= 10; rest = (rest / 10) >>> 0) end += 1;
    this.#length = end;
    while (end > at) {
      const rest = (left / 10) >>> 0;
      end -= 1;
      bytes[end] = zero + left - 10 * rest;
      left = rest;
    }
  }

  #addEncoded(text: string): void {
    this.#length += this.#encoder.encodeInto(text, this.#bytes.subarray(this.#length)).written;
  }

  #makeRoom(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const grown = new Uint8Array(2 * (this.#length + bytes));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}
