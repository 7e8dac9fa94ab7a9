// Calls a number aloud: two tones, then recorded words (`/clips/<language>/…`) as far as there are some. Never a browser's own voice.

const button = document.querySelector('[data-sound]');
/** @type {AudioContext | undefined} */
let sound;
const heard = new Set();
const keyOf = () => document.querySelector('[data-call]');

/** Two tones that carry through a full room. */
function chime() {
  if (!sound) return Promise.resolve();
  const start = sound.currentTime + 0.05;
  for (const { at, tone } of [
    { at: 0, tone: 784 },
    { at: 0.35, tone: 588 },
  ]) {
    const oscillator = sound.createOscillator();
    const gain = sound.createGain();
    oscillator.frequency.value = tone;
    gain.gain.setValueAtTime(0.0001, start + at);
    gain.gain.exponentialRampToValueAtTime(0.4, start + at + 0.03);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + at + 0.6);
    oscillator.connect(gain).connect(sound.destination);
    oscillator.start(start + at);
    oscillator.stop(start + at + 0.7);
  }
  return new Promise((resolve) => setTimeout(resolve, 1100));
}

/** @param {string} name */
async function clip(name) {
  const player = sound;
  if (!player) return;
  try {
    const answer = await fetch(`/clips/${document.documentElement.lang.slice(0, 2)}/${name}`);
    if (!answer.ok) return;
    const buffer = await player.decodeAudioData(await answer.arrayBuffer());
    await new Promise((resolve) => {
      const source = player.createBufferSource();
      source.buffer = buffer;
      source.connect(player.destination);
      source.onended = resolve;
      source.start();
    });
  } catch {
    // a clip that cannot be played is one that is not there
  }
}

let talking = Promise.resolve();

function call() {
  const last = keyOf();
  const key = last?.getAttribute('data-call') ?? '';
  if (!key || heard.has(key)) return;
  heard.add(key);
  const number = last?.getAttribute('data-number') ?? '';
  const place = last?.getAttribute('data-place') ?? '';
  talking = talking
    .then(chime)
    .then(() => clip('word-number'))
    .then(() => clip(`number-${number}`))
    .then(() => clip(place ? 'word-computer' : 'word-desk'))
    .then(() => (/^\d+$/.test(place) ? clip(`number-${place}`) : undefined));
}

const now = keyOf()?.getAttribute('data-call');
if (now) heard.add(now); // what was called before the screen was opened is not called again
document.addEventListener('renewed', call);

// a browser lets no page sound before somebody touched it
if (button && 'AudioContext' in window) {
  const on = () => {
    sound = sound ?? new AudioContext();
    void sound.resume().then(() => {
      if (sound?.state === 'running') button.setAttribute('hidden', '');
    });
  };
  button.removeAttribute('hidden');
  button.addEventListener('click', () => {
    on();
    void talking.then(chime);
  });
  on(); // a browser started for it allows it at once
}
