/**
 * What could not be read, as a person may see it. It may hold an address or a name of somebody's telephone anywhere,
 * broken at any place; so nothing is kept but what is known to be harmless: punctuation, numbers of up to three
 * digits, pairs of characters, and the vendors' own words (DESIGN section 7).
 */

/** The words of the formats: keys and fixed values. Whatever else is a word is taken for somebody's. */
const vendorWords = new Set(
  `rssi rssi@1m mac id name distance var rssiVar rxAdj close int mV batt temp rh irk raw speed interval idType
  timestamp type gateway gatewayFree gatewayLoad iBeacon bleName ibeaconUuid ibeaconMajor ibeaconMinor ibeaconTxPower
  battery rawData unknown msg_id device_info data adv_name connectable type_code raw_data adv_packet adv_data rssi_1m
  uuid major minor mid time ip iccid devices GPRP RSPR gw_mac aoa gwts cnt coords brand model model_id mfid mfr
  txpower power servicedata servicedatauuid manufacturerdata mac_type packet button src dst method NotifyEvent params
  events event component shelly-blu encryption BTHome_version pid address true false null status online offline`
    .split(/\s+/)
    .map((word) => word.toLowerCase()),
);
const sampleLengthMax = 300;
/** Pairs of hexadecimal digits with something between them are an address, or a part of one. */
const spacedPairs = /[0-9a-f]{1,2}(?:[^0-9a-z]{1,2}[0-9a-f]{2}(?![0-9a-z])){2,}/gi;
const word = /[\p{L}\p{N}_@]+(?:-[\p{L}\p{N}_]+)*/gu;

/**
 *     $GPRP,C0FFEE123456,E78F135624CE,-4x → $GPRP,…,…,-4x
 *     {"mac":"aa:bb:cc:dd:ee:ff","name":"Ada","rssi":-60} → {"mac":"…","name":"…","rssi":-60}
 */
export function masked(text: string): string {
  const known = text
    .slice(0, 4 * sampleLengthMax)
    .replace(spacedPairs, '…')
    .replace(word, (found) => {
      if (/^\d{1,3}$/.test(found) || found.length <= 2) return found;
      return vendorWords.has(found.toLowerCase()) ? found : '…';
    })
    // What is no printable ASCII says nothing to a person and could be part of a name.
    .replace(/[^ -~…]+/g, '·')
    .replace(/(?:… ?){2,}/g, '…');
  return known.slice(0, sampleLengthMax);
}
