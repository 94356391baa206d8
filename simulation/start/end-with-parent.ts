/**
 * Loaded before the main file of each process that `npm start` runs (`node --import`): when the starting process is
 * gone, however it went, this one ends in its own orderly way. Without it a `kill -9` of the parent would leave
 * servers behind.
 */
import process from 'node:process';

process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// To watch the line must not keep a process alive that has nothing else to do.
process.channel?.unref();
