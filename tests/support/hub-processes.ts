// Starts processes of a hub, speaks to them, stops and kills them; none is left behind.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { guard } from './processes.ts';

export interface HubProcess {
  url: string;
  /** Where the built screens are served, with `--screens`; else the same. */
  screens: string;
  pid: number;
  /** Errors: Error with what the process said. */
  ask<T>(doing: string, input?: Record<string, string>): Promise<T>;
  signal(signal: NodeJS.Signals): void;
  /** Ends it, also when it is stopped. */
  end(): Promise<void>;
}

export async function startHubProcess(dataDir: string, databaseUrl?: string, ...flags: string[]): Promise<HubProcess> {
  const script = path.join(import.meta.dirname, 'hub-process.ts');
  const child = spawn(process.execPath, [script, dataDir, ...(databaseUrl ? [databaseUrl] : []), ...flags], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  guard(child);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const { port, screens, pid } = await new Promise<{ port: number; screens: number; pid: number }>(
    (resolve, reject) => {
      let out = '';
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        const line = out.split('\n').find((one) => one.startsWith('{"ready":true'));
        if (line) resolve(JSON.parse(line) as { port: number; screens: number; pid: number });
      });
      child.once('exit', () => reject(new Error(`the hub ended before it served:\n${said}`)));
    },
  );
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    screens: `http://127.0.0.1:${screens}`,
    pid,
    async ask<T>(doing: string, input: Record<string, string> = {}): Promise<T> {
      const answer = await fetch(`${url}/${doing}`, { method: 'POST', body: JSON.stringify(input) });
      const value = (await answer.json()) as T;
      if (answer.status !== 200) throw new Error(`${doing}: ${JSON.stringify(value)}\n${said}`);
      return value;
    },
    signal: (signal) => void child.kill(signal),
    async end() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
