// The first start: demo territory with sign-ins printed once, or an empty programme with a one-time link for its administrator.
import type { Program } from './program.ts';

export interface FirstStartOptions {
  url: string;
  empty: boolean;
  say: (line: string) => void;
}

export async function firstStart(program: Program, options: FirstStartOptions): Promise<void> {
  const { app } = program;
  if (app.config.role !== 'hub') return;
  const { fillFirstTime } = await import('./demo-data.ts');
  await fillFirstTime(program, options);
}
