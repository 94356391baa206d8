/** The literal serial samples of formats.md section 5, and what they mean; those that are calculated say so. */
import { describe, expect, it } from 'vitest';
import type { RadioObservation } from '../radio/observation.ts';
import { openTrial, samples } from '../test/parser-trial.ts';
import type { ReaderKind } from './families.ts';
import { crc16 } from './uhfreader18.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
function read(kind: ReaderKind, ...pieces: (string | Uint8Array)[]) {
  const trial = openTrial(kind);
  const out = [...trial.feed(...pieces), ...trial.wait()];
  return { out, tally: trial.tally, refused: trial.refused };
}
const radio = (format: string, more: Partial<RadioObservation>): RadioObservation => ({
  format,
  receiver: 'reader',
  address: '123b6a1af0e6',
  id: { kind: 'ibeacon', uuid: 'b5b182c7-eab1-4988-aa99-b5c1517008d9', major: 1, minor: 59120 },
  rssi: -86,
  powerAt1m: -59,
  sourceTime: null,
  clock: 'none',
  receivedAt: 5_000,
  filtered: false,
  ...more,
});

describe('HM-10', () => {
  const stream =
    'OK+DISISOK+DISC:4C000215:74278BDAB64445208F0C720EAF059935:FFE0FFE1C5:78A5048CECAC:-053OK+DISC:4C000215:74278BDAB64445208F0C720EAF059935:FFE0FFE1C5:78A50485AF2D:-050OK+DISCE';
  const beacon = {
    kind: 'ibeacon',
    uuid: '74278bda-b644-4520-8f0c-720eaf059935',
    major: 65_504,
    minor: 65_505,
  } as const;
  const both = [
    radio('hm10', { address: '78a5048cecac', id: beacon, rssi: -53 }),
    radio('hm10', { address: '78a50485af2d', id: beacon, rssi: -50 }),
  ];

  it('says a whole scan without a line end', () => {
    expect(read('hm10', stream)).toEqual({
      out: both,
      tally: expect.objectContaining({ heard: 2, unreadable: 0 }),
      refused: [],
    });
  });

  it('is asked again as soon as the scan is over, and not before', () => {
    const { parser, feed } = openTrial('hm10');
    let asked = 0;
    parser.on('done', () => {
      asked += 1;
    });
    feed(stream.slice(0, -1));
    expect(asked).toBe(0);
    feed('E');
    expect(asked).toBe(1);
    feed(stream.replaceAll('OK+', '\r\nOK+'), '\r\n');
    expect(asked).toBe(2);
  });

  it('of some makes ends its lines, and answers commands', () => {
    const { out, tally } = read('hm10', `OK\r\nOK+Set:1OK+ROLE:1${stream.replaceAll('OK+', '\r\nOK+')}\r\n`);
    expect(out).toEqual(both);
    expect(tally.unreadable).toBe(0);
  });

  it('names what is no iBeacon by its address alone', () => {
    const other = 'OK+DISC:00000000:00000000000000000000000000000000:0000000000:B9782E08068C:-071';
    expect(openTrial('hm10', { own: ['b9782e08068c'] }).feed(other)).toEqual([
      radio('hm10', { address: 'b9782e08068c', id: { kind: 'address' }, rssi: -71, powerAt1m: null }),
    ]);
    expect(read('hm10', other)).toMatchObject({ out: [], tally: { foreign: 1 } });
  });

  it('that lost a byte costs the frame it was lost from', () => {
    for (let index = 8; index < stream.length - 8; index += 1) {
      const { out } = read('hm10', stream.slice(0, index) + stream.slice(index + 1), stream);
      expect(out.length, `without character ${index}`).toBeGreaterThanOrEqual(3);
      for (const one of out) expect(both).toContainEqual(one);
    }
  });
});

describe('BLED112', () => {
  it('says whom it hears, its address reversed (calculated)', () => {
    expect(read('bled112', samples.bled112).out).toEqual([radio('bled112', { rssi: -60 })]);
  });

  it('answers commands, and says that it has started', () => {
    const replies = hex(
      '00 02 06 04 81 01  00 02 06 07 00 00  00 02 06 02 00 00  80 0c 00 00 010002000000 030004000500',
    );
    const { out, tally } = read('bled112', replies, samples.bled112, samples.bled112);
    expect(out).toHaveLength(2);
    expect(tally.unreadable).toBe(0);
  });

  it('with a strength that cannot be is refused', () => {
    const unknown = Buffer.from(samples.bled112);
    unknown[4] = 127;
    expect(read('bled112', unknown)).toMatchObject({
      out: [],
      tally: { implausible: 1 },
      refused: [['rssi', expect.any(String)]],
    });
  });

  it('newer EFR32 messages are another family, and nothing of theirs is taken for one', () => {
    const other = Buffer.concat([hex('a0'), samples.bled112.subarray(1)]);
    expect(read('bled112', other)).toMatchObject({ out: [], tally: { unreadable: 1 } });
  });
});

describe('MOKO on its console', () => {
  const log = 'I (8123) ble: {scan} "started\n';
  const message = samples['moko-console'].toString('latin1');
  const meant = radio('moko', { rssi: -60 });

  it('is heard between the lines of its log, by the reader whose line it is (the envelope of formats.md)', () => {
    expect(read('moko-console', log, message, log, message, message)).toMatchObject({
      out: [meant, meant, meant],
      tally: { heard: 3, unreadable: 0 },
    });
  });

  it('that lost a brace or a quotation mark costs that message', () => {
    for (const lost of ['}]}', '"data', '{"mac"']) {
      const broken = message.replace(lost, lost.slice(1));
      const { out, refused } = read('moko-console', broken, log, message, message);
      expect(out, lost).toEqual([meant, meant]);
      expect(refused.length, lost).toBe(1);
      expect(JSON.stringify(refused)).not.toMatch(/123b6a|e831cd/i);
    }
  });

  it('says other things too, and an entry that cannot be read costs no other', () => {
    const status = '{"msg_id":3004,"device_info":{"mac":"e831cda7b2c4"},"data":{"wifi_rssi":-50}}';
    const odd = message.replace('"data":[', '"data":[{"mac":"C0FFEE"},');
    const { out, refused } = read('moko-console', status, odd);
    expect(out).toEqual([meant]);
    expect(refused).toEqual([['not-a-frame', expect.stringContaining('unreadable-entry')]]);
    expect(JSON.stringify(refused)).not.toContain('C0FFEE');
  });

  it('that never ends is given up, and the next is read', () => {
    const endless = `{"msg_id":3070,"data":[${'{"rssi":-1},'.repeat(2_000)}`;
    expect(read('moko-console', endless, message).out).toEqual([meant]);
  });
});

describe('RDM6300 and ID-12', () => {
  it('say the ten digits that are printed on the card', () => {
    expect(read('rdm6300', '\u000213005D1DA5F6\u0003').out).toEqual([{ kind: 'card', number: '0006102437' }]);
    expect(read('rdm6300', '\u000213005D1DA5F6\r\n\u0003').out).toEqual([{ kind: 'card', number: '0006102437' }]);
  });

  it('repeat themselves while the card is there: one scan, until it comes back', () => {
    const { feed, wait, tally } = openTrial('rdm6300');
    const frame = '\u000213005D1DA5F6\u0003';
    expect(feed(frame)).toHaveLength(1);
    for (let time = 0; time < 50; time += 1) {
      wait(100);
      expect(feed(frame)).toEqual([]);
    }
    wait(2_000);
    expect(feed(frame)).toHaveLength(1);
    expect(tally).toEqual({ read: 52, unreadable: 0 });
  });

  it('with a wrong checksum are refused, and no number is kept', () => {
    const { out, refused } = read('rdm6300', '\u000213005D1DA5F7\u0003');
    expect(out).toEqual([]);
    expect(refused).toEqual([['checksum', '02 •(13)']]);
  });
});

describe('UHFReader18', () => {
  it('has the checksum of its documents', () => {
    expect(crc16(hex('04 00 21'))).toBe(0x6ad9);
    expect(crc16(hex('04 00 01'))).toBe(0x4bdb);
  });

  it('says a tag by itself', () => {
    expect(read('uhfreader18', '', samples.uhfreader18).out).toEqual([
      { kind: 'tag', epc: 'E2002075601001820480E064' },
    ]);
  });

  it('says all tags when asked, or that there are none (calculated)', () => {
    const withSum = (bytes: Buffer): Buffer => {
      const sum = crc16(bytes);
      return Buffer.concat([bytes, Uint8Array.of(sum & 0xff, sum >> 8)]);
    };
    const two = withSum(
      hex('1f 00 01 01 02 0c E2002075601001820480E064 0c E3002075601001820480E064'.replace('1f', '20')),
    );
    expect(two[0]).toBe(two.length - 1);
    expect(read('uhfreader18', withSum(hex('05 00 01 fb')), two)).toMatchObject({
      out: [
        { kind: 'tag', epc: 'E2002075601001820480E064' },
        { kind: 'tag', epc: 'E3002075601001820480E064' },
      ],
      tally: { read: 2, unreadable: 0 },
    });
  });
});

describe('CT, "SW"', () => {
  it('says the tags in its field', () => {
    expect(read('ct-uhf', samples['ct-uhf']).out).toEqual([
      { kind: 'tag', epc: 'E2002075601001820480E064' },
      { kind: 'tag', epc: 'E3002075601001820480E064' },
    ]);
  });

  it('shows that it is alive (calculated)', () => {
    const beat = [0x43, 0x54, 0x00, 0x04, 0x00, 0xff, 0x01];
    const sum = beat.reduce((all, byte) => all + byte, 0);
    expect(read('ct-uhf', Uint8Array.from([...beat, (256 - (sum % 256)) % 256]))).toMatchObject({
      out: [],
      tally: { read: 1, unreadable: 0 },
    });
  });
});
