// Work that recurs: who runs it, how often, and that two processes on one database do not run it twice.
import type { App } from './app.ts';

declare module './db.ts' {
  interface Tables {
    job_state: { name: string; last_started: number; last_finished: number | null; last_error: string | null };
  }
}

export interface Job {
  name: string;
  /** Milliseconds between starts. */
  every: number;
  /** Only on this role; absent = both. */
  role?: 'hub' | 'telecentre';
  run(app: App): Promise<void>;
}

const TICK = 15_000;

/** Starts the jobs; returns the stop, which waits for a running one. */
export function startJobs(app: App, jobs: readonly Job[]): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  const mine = jobs.filter((job) => !job.role || job.role === app.config.role);
  const tick = () => {
    running = running.then(async () => {
      for (const job of mine) {
        if (stopped) return;
        if (await claim(app, job)) await runJob(app, job);
      }
    });
  };
  const timer = setInterval(tick, TICK);
  timer.unref();
  return async () => {
    stopped = true;
    clearInterval(timer);
    await running;
  };
}

async function claim(app: App, job: Job): Promise<boolean> {
  const now = app.clock.now();
  return app.db.transaction(async (tx) => {
    const state = await tx
      .selectFrom('job_state')
      .select('last_started')
      .where('name', '=', job.name)
      .executeTakeFirst();
    // a clock that went back must not silence a job for years
    if (state && state.last_started <= now && now - state.last_started < job.every) return false;
    await tx.local
      .insertInto('job_state')
      .values({ name: job.name, last_started: now, last_finished: null, last_error: null })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ last_started: now }))
      .execute();
    return true;
  });
}

/** Runs one job now; a failure is logged and kept for the operator's screen. */
export async function runJob(app: App, job: Job): Promise<void> {
  let failure: string | null = null;
  try {
    await job.run(app);
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
    app.log.error({ job: job.name, err: error }, 'a job failed');
  }
  await app.db.transaction((tx) =>
    tx.local
      .updateTable('job_state')
      .set({ last_finished: app.clock.now(), last_error: failure })
      .where('name', '=', job.name)
      .execute(),
  );
}
