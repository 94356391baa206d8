/**
 * The bell in her pocket: a short tone and a buzz when there is something new to do; two of each when a shopper asks. Her
 * setting stays on the device. A device that is set to silence buzzes at most: where sound may not be played, none is.
 */
const settingKey = 'kairos-handheld-sound';
const toneHz = 740;
const toneSeconds = 0.16;
const loudness = 0.25;
const buzzMs = 180;

export class Bell {
  #context: AudioContext | null = null;
  #isOn = read() !== 'off';

  get isOn(): boolean {
    return this.#isOn;
  }

  turn(isOn: boolean): void {
    this.#isOn = isOn;
    try {
      localStorage.setItem(settingKey, isOn ? 'on' : 'off');
    } catch {
      // A private window keeps nothing: it holds until the page is closed.
    }
  }

  /** Browsers play nothing before the first touch. */
  touched(): void {
    if (typeof AudioContext === 'undefined') return;
    this.#context ??= new AudioContext();
    if (this.#context.state === 'suspended') void this.#context.resume();
  }

  ring(times: 1 | 2): void {
    if (!this.#isOn) return;
    navigator.vibrate?.(times === 2 ? [buzzMs, buzzMs / 2, buzzMs] : [buzzMs]);
    const context = this.#context;
    if (context?.state !== 'running') return;
    for (let time = 0; time < times; time += 1) play(context, context.currentTime + time * toneSeconds * 2);
  }
}

function play(context: AudioContext, at: number): void {
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = toneHz;
  // Neither begins nor ends with a click.
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(loudness, at + 0.02);
  volume.gain.linearRampToValueAtTime(0, at + toneSeconds);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + toneSeconds);
}

function read(): string | null {
  try {
    return localStorage.getItem(settingKey);
  } catch {
    return null;
  }
}
