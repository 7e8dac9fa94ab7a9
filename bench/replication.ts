// `npm run bench -- replication`: the measuring job with peers (its folder in SYNC_PEERS), this program beside the floor in one run, one line of JSON a step.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const job = process.env.SYNC_PEERS;
if (!job || !existsSync(path.join(job, 'src', 'bench.mjs'))) {
  console.log('replication: left out; SYNC_PEERS names the folder of the measuring job');
  process.exit(0);
}

interface Step {
  label: string;
  wallMs: number;
  cpuHub: number;
  cpuNode: number;
  up: number;
  down: number;
  http: number;
}
interface Result {
  steps: Record<string, Step>;
  diskHub?: number;
  checks?: Record<string, string>;
  bothEditsKept?: number;
  error?: string;
}

const RECORDS = 3_540;
const here = import.meta.dirname;
const copy = mkdtempSync(path.join(tmpdir(), 'sync-peers-'));
try {
  cpSync(job, copy, { recursive: true, filter: (entry) => !/[/](node_modules|data|results)$/.test(entry) });
  // the floor reads one package; the other peers need theirs, see the job's own run.sh
  const { dependencies = {} } = JSON.parse(readFileSync(path.join(copy, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  const needed = `@msgpack/msgpack@${dependencies['@msgpack/msgpack'] ?? '3'}`;
  rmSync(path.join(copy, 'package.json'));
  spawnSync('npm', ['install', '--silent', '--no-save', needed], { cwd: copy, stdio: 'inherit' });
  const side = JSON.stringify(path.join(here, 'replication', 'side.ts'));
  writeFileSync(
    path.join(copy, 'src', 'peers', 'ciudadania.mjs'),
    `export const meta = { kind: 'rpc', packages: [] };\nexport { startHub, startNode } from ${side};\n`,
  );
  const peers = (process.env.PEERS ?? 'floor@zstd,ciudadania').split(',');
  const soft = process.env.SOFT ? ['--soft'] : process.env.SLOW ? ['--slow'] : [];
  const link = process.env.SLOW ? await slowLink() : undefined;
  for (const IDS of (process.env.IDS ?? 'short,ulid').split(',')) {
    const command = [process.execPath, 'src/bench.mjs', ...soft, ...peers];
    const [program = '', ...given] = link ? ['ip', 'netns', 'exec', 'peers-hub', ...command] : command;
    const run = spawnSync(program, given, {
      cwd: copy,
      env: { ...process.env, IDS, NODE_NO_WARNINGS: '1' },
      stdio: ['ignore', process.env.LOUD ? 'inherit' : 'ignore', 'inherit'],
    });
    if (run.status !== 0) process.exitCode = 1;
    for (const peer of peers) report(peer, IDS);
  }
  link?.kill();
} finally {
  if (!process.env.KEEP) rmSync(copy, { recursive: true, force: true });
}

/** The job's link between two network namespaces (needs root): 128 kbit/s, 350 ms each way, 1 % loss, real TCP at both ends. */
async function slowLink(): Promise<ChildProcess> {
  mkdirSync(path.join(copy, 'data'), { recursive: true });
  const { KBIT = '128', DELAY_MS = '350', LOSS = '1' } = process.env;
  const child = spawn('python3', ['src/link.py', KBIT, DELAY_MS, LOSS, 'data/link.json'], { cwd: copy });
  await once(child.stdout, 'data');
  return child;
}

function report(peer: string, ids: string): void {
  const name = `${peer.replace('@', '_')}${process.env.SOFT ? '.soft' : process.env.SLOW ? '.slow' : ''}.json`;
  const result = JSON.parse(readFileSync(path.join(copy, 'results', name), 'utf8')) as Result;
  for (const { label, wallMs, cpuHub, cpuNode, up, down, http } of Object.values(result.steps))
    print({
      peer,
      ids,
      step: label,
      bytes: up + down,
      up,
      down,
      requests: http,
      ms: wallMs,
      cpu: Number((cpuHub + cpuNode).toFixed(3)),
    });
  const disk = result.diskHub && { diskHub: result.diskHub, perRecord: Math.round(result.diskHub / RECORDS) };
  print({ peer, ids, ...disk, bothKept: result.bothEditsKept, checks: result.checks, error: result.error });
  if (result.error) process.exitCode = 1;
}

function print(line: Record<string, unknown>): void {
  console.log(JSON.stringify({ bench: 'replication', ...line }));
}
