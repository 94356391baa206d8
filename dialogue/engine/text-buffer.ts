/**
 * A text that is put together of many short pieces, as the saved state of a person is: the pieces are written into one
 * buffer, and a string is made of it at the end. To add string to string would leave an object behind for every piece.
 */
const bytesAtFirst = 4096;
/** Of one unit of UTF-16 in UTF-8, at most. */
const bytesPerUnit = 3;
/** With its sign. */
const digitsMax = 17;
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
    if (Number.isSafeInteger(number)) this.#addInteger(number);
    else this.add(String(number));
  }

  /** What was added, and begins anew. */
  take(): string {
    const text = this.#decoder.decode(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    return text;
  }

  #addInteger(integer: number): void {
    this.#makeRoom(digitsMax);
    const bytes = this.#bytes;
    let left = Math.abs(integer);
    if (integer < 0) bytes[this.#length++] = minus;
    let end = this.#length + 1;
    for (let rest = left; rest >= 10; rest = Math.floor(rest / 10)) end += 1;
    for (let at = end - 1; at >= this.#length; at -= 1) {
      const digit = left % 10;
      bytes[at] = zero + digit;
      left = (left - digit) / 10;
    }
    this.#length = end;
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
