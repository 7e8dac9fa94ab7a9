// What an upgrade asks of the version it brings in: migrate the data, then serve once on loopback; no jobs and no exchange with the hub.
import { setCurrentApp, setCurrentReplica } from '#platform/app';
import { readConfig } from '#platform/config';
import { startServer } from '#platform/http';
import { loadTexts } from '#platform/texts';
import { loadHandler, programRoot } from './build.ts';
import { configInput, type CommonFlags } from './flags.ts';
import { print, withProgram } from './operate.ts';

/** Opening the program migrates its data. */
export async function migrateData(flags: CommonFlags): Promise<void> {
  const config = readConfig(configInput(flags));
  print(await withProgram(config, (program) => Promise.resolve({ schema: program.replica.schema })));
}

/** Errors: Error naming the page that did not answer as it should. */
export async function selfTest(flags: CommonFlags): Promise<void> {
  const config = readConfig(configInput(flags));
  loadTexts(programRoot, config.dataDir);
  await withProgram(config, async (program) => {
    setCurrentApp(program.app);
    setCurrentReplica(program.replica);
    // on a port that nobody knows, so that nothing is written that a way back would lose
    const server = await startServer({
      app: program.app,
      handler: await loadHandler(),
      port: 0,
      host: '127.0.0.1',
    });
    try {
      const answered: Record<string, number> = {};
      for (const path of ['/healthz', '/', '/sign-in']) {
        const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, { signal: AbortSignal.timeout(60_000) });
        await answer.arrayBuffer();
        if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}.`);
        answered[path] = answer.status;
      }
      print({ ok: true, answered });
    } finally {
      await server.close();
      setCurrentApp(undefined);
    }
  });
}
