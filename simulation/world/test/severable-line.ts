/** A line that can be cut and joined again: what is on it at a cut is lost, and nobody gets through until it is joined. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export class SeverableLine {
  readonly #server = createServer((near) => this.#carry(near));
  readonly #sockets = new Set<Socket>();
  readonly #to: number;
  #isCut = false;

  private constructor(to: number) {
    this.#to = to;
  }

  /** `to`: a port of this machine. */
  static async open(to: number): Promise<SeverableLine> {
    const line = new SeverableLine(to);
    await new Promise<void>((resolve) => line.#server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  /** Where it begins, on this machine. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  join(): void {
    this.#isCut = false;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #carry(near: Socket): void {
    if (this.#isCut) {
      near.destroy();
      return;
    }
    const far = connect({ port: this.#to, host: '127.0.0.1' });
    this.#passOn(near, far);
    this.#passOn(far, near);
  }

  #passOn(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.on('error', () => undefined);
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
    from.pipe(to);
  }
}
