// `ciudadania demo`: a hub and two telecentres, each a process of its own, with links that can be slowed down, cut and restored.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startShaper, type Shaper } from '#platform/shaper';
import { startLinkControl, type LinkControl } from '#platform/shaper-control';
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
  const running = new Demonstration(data, say);
  // before anything is started, so that nothing outlives an early Ctrl-C
  const stop = () => void running.end().then(() => process.exit(0));
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    const { hub, telecentres, control } = await running.begin((offset) => (first === 0 ? 0 : first + offset));
    say('');
    say(`Hub                    ${hub}`);
    for (const { name, url } of telecentres) say(`Telecentre ${name.padEnd(12)}${url}`);
    say(`The links' switch      ${control}`);
    say('\nCut a link, work at a telecentre, restore it: the change arrives at the hub once. Ctrl-C ends all.');
    if (flags.jsonReady) process.stdout.write(`${JSON.stringify({ ready: true, hub, telecentres, control })}\n`);
  } catch (error) {
    if (running.ending) return; // what was being started was ended on purpose
    await running.end();
    throw error;
  }
}

interface Addresses {
  hub: string;
  telecentres: { name: string; url: string }[];
  control: string;
}

class Demonstration {
  readonly #data: string;
  readonly #say: (line: string) => void;
  readonly #children: ChildProcess[] = [];
  readonly #links: Record<string, Shaper> = {};
  #control: LinkControl | undefined;
  /** Data that a first start is making: without its end nobody would know the sign-ins. */
  #unfinished: boolean;
  ending = false;

  constructor(data: string, say: (line: string) => void) {
    this.#data = data;
    this.#say = say;
    this.#unfinished = !existsSync(path.join(data, 'hub'));
  }

  async begin(port: (offset: number) => number): Promise<Addresses> {
    await buildIfNeeded(this.#say);
    loadTexts(programRoot, this.#data);
    const hub = await this.#startChild('hub', 'The hub', path.join(this.#data, 'hub'), port(0), []);
    const telecentres: Addresses['telecentres'] = [];
    for (const [at, { name, folder }] of DEMO_SITES.entries()) {
      const link = await startShaper({ host: '127.0.0.1', port: Number(new URL(hub).port) });
      this.#links[name] = link;
      const own = path.join(this.#data, 'hub', 'demo', folder);
      if (!existsSync(own))
        throw new Error(`${own} is missing: start the demonstration with an empty folder (--data).`);
      const args = ['--demo', '--hub', `http://127.0.0.1:${link.port}`];
      const url = await this.#startChild('telecentre', `The telecentre ${name}`, own, port(at + 1), args);
      telecentres.push({ name, url });
    }
    this.#control = await startLinkControl(this.#links, { port: port(DEMO_SITES.length + 1) });
    this.#unfinished = false;
    return { hub, telecentres, control: this.#control.url };
  }

  async end(): Promise<void> {
    if (this.ending) return;
    this.ending = true;
    await this.#control?.close();
    await Promise.all(this.#children.map(stopped));
    await Promise.all(Object.values(this.#links).map((link) => link.close()));
    if (this.#unfinished) rmSync(path.join(this.#data, 'hub'), { recursive: true, force: true });
  }

  /** Starts one process and gives its address once it serves. Errors: Error with what it said. */
  #startChild(role: 'hub' | 'telecentre', called: string, data: string, port: number, more: string[]): Promise<string> {
    if (this.ending) throw new Error('the demonstration is ending');
    const args = ['start', '--json-ready', '--with-parent', '--role', role, '--data', data];
    const child = spawn(process.execPath, [CLI, ...args, '--port', String(port), '--host', '127.0.0.1', ...more], {
      cwd: programRoot,
      env: { ...process.env, DATABASE_URL: '', HUB_URL: '', ROLE: '', PORT: '', DATA_DIR: '', SECOND_MEDIUM: '' },
      // a group of its own: Ctrl-C is for us, and we end it in order; the pipe's end tells it that we were killed
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#children.push(child);
    return new Promise((resolve, reject) => {
      let said = '';
      let out = '';
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (role === 'hub') process.stderr.write(chunk);
      });
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        const line = out.split('\n').find((one) => one.startsWith('{"ready":true') && one.endsWith('}'));
        if (line) resolve((JSON.parse(line) as { url: string }).url.replace('127.0.0.1', 'localhost'));
      });
      child.once('error', reject);
      child.once('exit', (code) => {
        reject(new Error(`${called} ended (${code ?? 'killed'}):\n${said}`));
        if (!this.ending) this.#say(`${called} has ended (${code ?? 'killed'}). Ctrl-C ends the others.`);
      });
    });
  }
}

function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
