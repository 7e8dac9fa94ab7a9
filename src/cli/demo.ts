// `ciudadania demo`: a hub and two telecentres, each a process of its own, with links that can be slowed down, cut and restored.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startShaper, type Shaper } from '#platform/shaper';
import { startLinkControl } from '#platform/shaper-control';
import { loadTexts } from '#platform/texts';
import { buildIfNeeded, programRoot } from './build.ts';
import { DEMO_SITES } from './demo-data.ts';

export interface DemoFlags {
  data?: string;
  port?: string;
  jsonReady?: boolean;
}

const CLI = fileURLToPath(new URL('./ciudadania.js', import.meta.url));
const PORT = 3000;

export async function demo(flags: DemoFlags): Promise<void> {
  const first = Number(flags.port ?? PORT);
  if (!Number.isInteger(first) || first < 0 || first > 65_000) throw new Error('The port must be a number.');
  const data = path.resolve(flags.data ?? 'data/demo');
  const say = (line: string) => void (flags.jsonReady ? process.stderr : process.stdout).write(`${line}\n`);
  const port = (offset: number) => (first === 0 ? 0 : first + offset);
  const children: ChildProcess[] = [];
  const links: Record<string, Shaper> = {};
  let ending = false;
  const end = async () => {
    if (ending) return;
    ending = true;
    await Promise.all(children.map(stopped));
    await Promise.all(Object.values(links).map((link) => link.close()));
  };
  try {
    await buildIfNeeded(say);
    loadTexts(programRoot, data);
    const hub = await startChild(children, say, 'hub', path.join(data, 'hub'), port(0), [], () => ending);
    const centres: { name: string; url: string }[] = [];
    for (const [at, { name, folder }] of DEMO_SITES.entries()) {
      const link = await startShaper({ host: '127.0.0.1', port: Number(new URL(hub).port) });
      links[name] = link;
      const own = path.join(data, 'hub', 'demo', folder);
      if (!existsSync(own))
        throw new Error(`${own} is missing: start the demonstration with an empty folder (--data).`);
      const args = ['--demo', '--hub', `http://127.0.0.1:${link.port}`];
      centres.push({ name, url: await startChild(children, say, 'telecentre', own, port(at + 1), args, () => ending) });
    }
    const control = await startLinkControl(links, { port: port(DEMO_SITES.length + 1) });
    say('');
    say(`Hub                    ${hub}`);
    for (const { name, url } of centres) say(`Telecentre ${name.padEnd(12)}${url}`);
    say(`The links' switch      ${control.url}`);
    say('\nCut a link, work at a telecentre, restore it: the change arrives at the hub once. Ctrl-C ends all.');
    if (flags.jsonReady)
      process.stdout.write(`${JSON.stringify({ ready: true, hub, telecentres: centres, control: control.url })}\n`);
    const stop = () => {
      void control.close();
      void end().then(() => process.exit(0));
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  } catch (error) {
    await end();
    throw error;
  }
}

/** Starts one process and gives its address once it serves. Errors: Error with what it said. */
function startChild(
  children: ChildProcess[],
  say: (line: string) => void,
  role: 'hub' | 'telecentre',
  data: string,
  port: number,
  more: string[],
  ending: () => boolean,
): Promise<string> {
  const args = ['start', '--json-ready', '--role', role, '--data', data, '--port', String(port), '--host', '127.0.0.1'];
  const child = spawn(process.execPath, [CLI, ...args, ...more], {
    cwd: programRoot,
    env: { ...process.env, DATABASE_URL: '', HUB_URL: '', ROLE: '', PORT: '', DATA_DIR: '' },
    // a group of its own: Ctrl-C is for us, and we end it in order
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (role === 'hub') process.stderr.write(chunk);
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      const line = chunk
        .toString()
        .split('\n')
        .find((one) => one.startsWith('{"ready":true'));
      if (line) resolve((JSON.parse(line) as { url: string }).url.replace('127.0.0.1', 'localhost'));
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`the ${role} ended (${code ?? 'killed'}):\n${said}`));
      if (!ending()) say(`The ${role} on port ${port} has ended.`);
    });
  });
}

function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
