/**
 * What real gateways say, as it was captured or stands in the vendors' documents: the literal samples of the gateway
 * formats. Read by the tests of the adapters and, broken in every way, by the fuzz test.
 */
import type { GatewayFormat } from '@kairos/protocol/topics.ts';

export interface GatewaySample {
  readonly format: GatewayFormat;
  readonly topic: string;
  readonly payload: string | Uint8Array;
}

const espresense = (topic: string, payload: string): GatewaySample => ({ format: 'espresense', topic, payload });
export const espresenseSamples = {
  iBeacon: espresense(
    'espresense/devices/iBeacon:426c7565-4368-6172-6d42-6561636f6e73-3838-4949/office',
    '{"mac":"dd8800003777","id":"iBeacon:426c7565-4368-6172-6d42-6561636f6e73-3838-4949","rssi@1m":-59,"rssi":-81.10,"rxAdj":0,"rssiVar":7.42,"distance":6.58,"var":4.00,"int":2028}',
  ),
  apple: espresense(
    'espresense/devices/apple:1006:10-12/balkon',
    '{"mac":"67518126293a","id":"apple:1006:10-12","rssi@1m":-65,"rssi":-84.77,"rxAdj":0,"rssiVar":9.56,"distance":2.49,"var":0.16,"int":626}',
  ),
  minimal: espresense('espresense/devices/cart-01/loft', '{"rssi":-90.5}'),
  telemetry: espresense(
    'espresense/rooms/office/telemetry',
    '{"ip":"192.168.5.232","uptime":5,"rssi":-60,"ver":"v4.0.6"}',
  ),
  old: espresense(
    'espresense/rooms/office',
    '{"id":"244b03d72780","idType":55,"rssi@1m":-71,"rssi":-84,"raw":2.35,"distance":2.25,"speed":0.02,"mac":"244b03d72780","interval":615}',
  ),
};

const openMqttGateway = (leaf: string, payload: string): GatewaySample => ({
  format: 'openmqttgateway',
  topic: `home/OpenMQTTGateway/BTtoMQTT/${leaf}`,
  payload,
});
export const theengsSamples = {
  serviceData: openMqttGateway(
    '45E174126E00',
    '{"id":"45:e1:74:12:6e:00","rssi":-89,"distance":21.51847,"servicedata":"fe0000000000000000000000000000000000000000"}',
  ),
  iBeacon: openMqttGateway(
    '58782076BC24',
    '{"id":"58:78:20:76:BC:24","mac_type":1,"rssi":-79,"brand":"GENERIC","model":"iBeacon","model_id":"IBEACON","mfid":"4c00","uuid":"1de4b189115e45f6b44e509352269977","major":0,"minor":0,"txpower":-66}',
  ),
  beaconUuid: openMqttGateway(
    '1de4b189115e45f6b44e509352269977',
    '{"id":"1de4b189115e45f6b44e509352269977","mac_type":1,"rssi":-78,"distance":7.85288,"brand":"GENERIC","model":"iBeacon","model_id":"IBEACON","mfid":"4c00","uuid":"1de4b189115e45f6b44e509352269977","major":0,"minor":0,"txpower":-66,"mac":"60:87:57:4C:9B:C2"}',
  ),
  undecoded: openMqttGateway(
    'undecoded',
    '{"id":"54:94:5E:9F:64:C4","mac_type":1,"manufacturerdata":"4c0010060319247bbc68","rssi":-74,"txpower":12}',
  ),
  theengs: {
    format: 'theengs',
    topic: 'home/TheengsGateway/BTtoMQTT/F35285',
    payload:
      '{"name":"F35285","id":"F3:52:85","rssi":-82,"brand":"BlueMaestro","model":"TempoDisc","model_id":"BM_V23","tempc":24.1,"tempf":75.38,"hum":104.7,"dp":24.8,"volt":2.56,"mfr":"Blue Maestro Limited"}',
  } satisfies GatewaySample,
  presence: {
    format: 'openmqttgateway',
    topic: 'home/home_presence/OpenMQTTGateway',
    payload: '{"id":"59:D6:88:02:47:B8","name":"[LG] webOS TV OLED65C7V","rssi":-56,"distance":0.593417}',
  } satisfies GatewaySample,
  room: {
    format: 'openmqttgateway',
    topic: 'home/home_presence/OpenMQTTGateway',
    payload: '{"id":"123testid","name":"Test Device","distance":5.678}',
  } satisfies GatewaySample,
  /** A Shelly BLU button as the decoder's own definition has it, pressed once. */
  button: openMqttGateway(
    'B0BA00000001',
    '{"id":"B0:BA:00:00:00:01","rssi":-61,"model_id":"SBBT-002C","servicedatauuid":"0xfcd2","servicedata":"44002a01643a01"}',
  ),
};

const minew = (payload: string): GatewaySample => ({ format: 'minew', topic: '/gw/AC233FC0BC43/status', payload });
export const minewSamples = {
  withGateway: minew(
    '[{"timestamp":"2022-01-20T13:22:49.434Z","type":"Gateway","mac":"AC233FC0BC43","gatewayFree":23,"gatewayLoad":1.3400000000000001},\n {"timestamp":"2022-01-20T13:22:49.519Z","type":"iBeacon","mac":"AC233F8C7CEE","bleName":"","ibeaconUuid":"E2C56DB5DFFB48D2B060D0F5A71096E0","ibeaconMajor":0,"ibeaconMinor":0,"rssi":-38,"ibeaconTxPower":-59,"battery":0}]',
  ),
  raw: minew(
    '[{"timestamp":"2017-09-06T09:37:45Z","type":"Unknown","mac":"1918FC051F60","bleName":"","rssi":-72,"rawData":"1E168643BDBBBADEBABAA3A246BFA5DA813C95B29DA8AEE27FBA88454545BA"}]',
  ),
};

const moko = (message: object): GatewaySample => ({
  format: 'moko',
  topic: 'plant/hall/moko-1',
  payload: JSON.stringify(message),
});
/** Envelope, ids and keys as documented; no whole scan result has been seen literally. */
export const mokoSamples = {
  scan: moko({
    msg_id: 3070,
    device_info: { mac: 'E831CDA7B2C4' },
    data: [
      {
        mac: 'C8FD1949A530',
        rssi: -50,
        adv_name: '',
        connectable: 0,
        type_code: 0,
        uuid: 'eb6d469624be4663b15230d46b0e9cc9',
        major: 13,
        minor: 42,
        rssi_1m: -64,
      },
      { mac: 'd7a3f0c1b2e4', rssi: -71, type: 'bxp-tag', accelerometer_check_move: 1 },
      {
        mac: 'C8:FD:19:49:A5:30',
        rssi: '-88',
        type_code: 10,
        raw_data: '0201061AFF4C000215EB6D469624BE4663B15230D46B0E9CC9000D002AC0',
      },
    ],
  }),
  network: moko({ msg_id: 3004, device_info: { mac: 'E831CDA7B2C4' }, data: { wifi_rssi: -52, net_interface: 0 } }),
};

export const aprilDevice = '02C8FD1949A530CE0201061AFF4C000215EB6D469624BE4663B15230D46B0E9CC9000D002AC0';
export const aprilJson: GatewaySample = {
  format: 'april-brother',
  topic: 'plant/hall/april-1',
  payload: `{"v":"1.4.1","mid":7,"time":35,"ip":"192.168.1.20","mac":"12345678ABCD","devices":[[2,"C8FD1949A530",-50,"${aprilDevice.slice(16)}"]]}`,
};

const ingicsTopic = 'kairos/gateways/e7dae08e6fc3/ingics';
export const ingicsSamples = {
  iBeacon: {
    format: 'ingics',
    topic: ingicsTopic,
    payload: '$GPRP,0C61CFC1452E,E7DAE08E6FC3,-44,0201061AFF4C000215B9A5D27D56CC4E3AAB511F2153BCB9670001452ED6\r\n',
  },
  nameFirst: {
    format: 'ingics',
    topic: ingicsTopic,
    payload: '$GPRP,CCB97E7361A4,CB412F0C8EDC,-49,1309696773206D65656820233220285445535429020106\r\n',
  },
} satisfies Record<string, GatewaySample>;

const ruuvi = (leaf: string, payload: string): GatewaySample => ({
  format: 'ruuvi',
  topic: `ruuvi/C8:25:2D:8E:9C:2C/${leaf}`,
  payload,
});
export const ruuviSamples = {
  timed: ruuvi(
    'F4:1F:0C:28:CB:D6',
    '{"gw_mac":"C8:25:2D:8E:9C:2C","rssi":-26,"aoa":[],"gwts":"1653668027","ts":"1653668027","data":"0201061BFF99040515AE4C6DC6D7000CFFF803F4ADB6AD697FF41F0C28CBD6","coords":""}',
  ),
  untimed: ruuvi(
    'F4:1F:0C:28:CB:D6',
    '{"gw_mac":"C8:25:2D:8E:9C:2C","rssi":-25,"aoa":[],"cnt":"338","data":"0201061BFF99040515AE4C6DC6D7000CFFF803F4ADB6AD697FF41F0C28CBD6","coords":""}',
  ),
};

/** Envelope as documented; the object as Shelly's own script emits it. */
export const shellySample: GatewaySample = {
  format: 'shelly',
  topic: 'shellyplus1-a8032abe54dc/events/rpc',
  payload:
    '{"src":"shellyplus1-a8032abe54dc","dst":"shellyplus1-a8032abe54dc/events","method":"NotifyEvent","params":{"ts":1693405013.52,"events":[{"component":"script:1","id":1,"event":"shelly-blu","data":{"encryption":false,"BTHome_version":2,"pid":118,"battery":100,"button":1,"rssi":-76,"address":"b0:ba:00:00:00:01"},"ts":1693405013.52}]}}',
};

export const gatewaySamples: readonly GatewaySample[] = [
  ...Object.values(espresenseSamples),
  ...Object.values(theengsSamples),
  ...Object.values(minewSamples),
  ...Object.values(mokoSamples),
  aprilJson,
  ...Object.values(ingicsSamples),
  ...Object.values(ruuviSamples),
  shellySample,
];
