/**
 * Some megabytes for each chunk, given back as soon as they are of no use. Left to the collector they would bring it on:
 * every few chunks it would look through all that is alive, on every thread that it has.
 */

/** What it stands in is gone afterwards, for everybody; what shares its memory with others is left. */
export function giveBack(bytes: Uint8Array): void {
  const { buffer, byteLength } = bytes;
  // Shorter ones may stand in the pool that all of a process share.
  if (byteLength > Buffer.poolSize && buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
}
