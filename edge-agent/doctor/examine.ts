/** The whole examination, in the order in which a fact passes: devices, radio, this box, the line, the store. */
import { join } from 'node:path';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { AgentConfig } from '../config.ts';
import { readKeptConfig } from '../kept-config.ts';
import { askLiveState } from '../live-state.ts';
import { checkBroker } from './broker-check.ts';
import { checkDisk, judgeQueue, readQueue } from './disk-check.ts';
import { doubtful, type Finding, well } from './finding.ts';
import { childrenOf } from './plugged-in.ts';
import { askReaders, judgePlugged, judgeRadio, judgeReader, listenToReaders } from './readers-heard.ts';

export async function examine(config: AgentConfig, ports: Ports): Promise<Finding[]> {
  const live = await askLiveState(config.state);
  const kept = readKeptConfig(join(config.state, 'settings.json'));
  const anchors = kept?.floorPlan.anchors.map(({ address }) => address) ?? [];
  const [listening, line] = await Promise.all([
    live ? askReaders(config.state, live, ports) : listenToReaders(config, anchors, ports),
    checkBroker(config, ports),
  ]);
  const agentPids = live ? [live.pid, ...childrenOf(live.pid)] : [];
  const readers = config.readers.flatMap((settings) => {
    const heard = listening.readers.find(({ name }) => name === settings.name);
    return heard ? [judgeReader(heard, settings, agentPids)] : [];
  });
  const radio = config.readers.length > 0 ? judgeRadio(listening.anchors) : null;
  return [
    live
      ? well('agent', `runs as process ${live.pid}${live.isConnected ? ', connected to the store' : ''}`)
      : doubtful('agent', 'does not run', 'start it: npm run edge -- run --config FILE'),
    ...(config.readers.length > 0 ? [judgePlugged()] : []),
    ...readers,
    ...(radio ? [radio] : []),
    checkDisk(config.state, config.queue.bytesMax),
    judgeQueue(live ? live.status.queue : readQueue(config.state)),
    ...line,
  ];
}
