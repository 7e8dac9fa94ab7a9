// `npm run dictionary`: trains the next dictionary for the texts of segments, on generated data, with the command-line program zstd. A new one gets a new number; those before stay.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DEMO_PROPOSALS, DEMO_PURPOSES, demoRandom } from '../src/cli/demo-people.ts';

const SAMPLES = 4_000;
const SIZE = 8_192;
const root = path.resolve(import.meta.dirname, '..');

/** Words and whole phrases of the program's Spanish screens and of its fictional records, as often as they stand there. */
function wordsOfScreens(): string[] {
  const folders = [
    ...readdirSync(path.join(root, 'src', 'modules')).map((name) => `modules/${name}`),
    'routes',
    'lib/ui',
  ];
  const words: string[] = [];
  for (const folder of folders) {
    const file = path.join(root, 'src', folder, 'texts', 'es.json');
    const texts = readTexts(file);
    for (const text of texts) words.push(...(text.match(/[\p{L}\p{M}]+/gu) ?? []));
  }
  return words;
}

function readTexts(file: string): string[] {
  try {
    return Object.values(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>).filter(
      (text): text is string => typeof text === 'string',
    );
  } catch {
    return []; // a module without screens
  }
}

/** `module.verb` of every command, as it stands in the headers of acts. */
function commands(): string[] {
  const names = new Set<string>();
  for (const file of readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' }))
    if (file.endsWith('.ts'))
      for (const [, name] of readFileSync(path.join(root, 'src', file), 'utf8').matchAll(/name: '([a-z]+\.[a-z-]+)'/g))
        if (name) names.add(name);
  return [...names];
}

const random = demoRandom(20_261_127);
const pick = (list: readonly string[]): string => list[random(list.length)] ?? '';
const screens = wordsOfScreens();
const records = [...JSON.stringify([DEMO_PROPOSALS, DEMO_PURPOSES]).matchAll(/[\p{L}\p{M}]+/gu)].map(([word]) => word);
const verbs = commands();
const words = [
  'operator',
  'team',
  'facilitator',
  'resident',
  'telecentre',
  'es',
  'qu',
  'cni',
  'ame',
  'F',
  'M',
  'staff',
  'system',
];

/** A segment says each text once: a few commands and roles, then words in the order in which they came. */
function sample(): Buffer {
  const said = new Set<string>();
  for (let i = random(6); i >= 0; i--) said.add(pick(verbs));
  for (let i = random(4); i > 0; i--) said.add(pick(words));
  for (let i = random(random(2) ? 12 : 120); i > 0; i--) said.add(pick(random(10) < 7 ? screens : records));
  return Buffer.from([...said].join('\0'));
}

const folder = mkdtempSync(path.join(tmpdir(), 'dictionary-'));
try {
  const samples = path.join(folder, 'samples');
  mkdirSync(samples);
  for (let i = 0; i < SAMPLES; i++) writeFileSync(path.join(samples, `${i}`), sample());
  const out = path.join(folder, 'dictionary');
  const run = spawnSync('zstd', ['--train', '-r', samples, `--maxdict=${SIZE}`, '-o', out], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (run.status !== 0) throw new Error('zstd could not train');
  const lines =
    readFileSync(out)
      .toString('base64')
      .match(/.{1,140}/g) ?? [];
  console.log(lines.map((line) => `  '${line}',`).join('\n'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
