/** The benchmark of serial lines in a short form: every figure is there and a flood of a few lines loses none. */
import { expect, it } from 'vitest';
import { measure } from '../serial.ts';

it('reports every figure, and a short flood loses nothing', async () => {
  const { figures } = await measure(
    { rounds: 1, pacedLines: 100, floodLines: 2_000, kinds: ['barcode'] },
    () => undefined,
  );
  const values = Object.fromEntries(figures.map(({ name, value }) => [name, value]));
  expect(values).toMatchObject({
    paced_lines_lost: 0,
    flood_lines_lost: 0,
    flood_lines_doubled: 0,
    flood_observations_lost: 0,
  });
  for (const name of ['line_to_fact_p99_ms', 'floor_split_p99_ms', 'line_to_disk_p99_ms', 'reader_pss_mb']) {
    expect(values[name], name).toBeGreaterThan(0);
  }
}, 60_000);
