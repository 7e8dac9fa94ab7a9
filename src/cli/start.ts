// `ciudadania start`: opens the program, fills it on the first start, serves it, and stops it cleanly.
import { readSession } from '#modules/accounts';
import { startReplicationJobs } from '#replication';
import { setCurrentApp, setCurrentReplica } from '#platform/app';
import { readConfig, type Config } from '#platform/config';
import { startServer } from '#platform/http';
import { startJobs } from '#platform/jobs';
import { setSessionReader } from '#platform/sessions';
import { loadTexts, logTextProblems } from '#platform/texts';
import { buildIfNeeded, loadHandler, programRoot } from './build.ts';
import { firstStart } from './first-start.ts';
import { lockDataFolder } from './lock.ts';
import { configInput, type CommonFlags } from './flags.ts';
import { isOperation, operations } from './operations.ts';
import { databaseFile, openProgram, type Program } from './program.ts';
import { secondMediumJob } from './second-medium.ts';
import { serveSocket, type SocketAnswer, type SocketRequest } from './socket.ts';
import { errorInWords } from './words.ts';
import { existsSync } from 'node:fs';

export interface StartFlags extends CommonFlags {
  port?: string;
  host?: string;
  empty?: boolean;
  /** A telecentre of a demonstration. */
  demo?: boolean;
  jsonReady?: boolean;
  /** Ends when its standard input does: whoever started it is gone. */
  withParent?: boolean;
}

export interface Running {
  url: string;
  program: Program;
  stop(): Promise<void>;
}

export async function start(flags: StartFlags): Promise<void> {
  const say = flags.jsonReady
    ? (line: string) => void process.stderr.write(`${line}\n`)
    : (line: string) => void process.stdout.write(`${line}\n`);
  const running = await serve(flags, say);
  if (flags.jsonReady) process.stdout.write(`${JSON.stringify({ ready: true, url: running.url, pid: process.pid })}\n`);
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    say(`${signal}: stopping.`);
    running.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  if (!flags.withParent) return;
  // what we still say goes nowhere then
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  process.stdin.once('end', () => stop('Nobody is left to serve for')).resume();
}

/** Opens and serves; also used by the demo, which runs three in one terminal. Errors: an Error in words. */
export async function serve(flags: StartFlags, say: (line: string) => void): Promise<Running> {
  const base = readConfig({ ...configInput(flags), port: flags.port, host: flags.host });
  const firstTime = !base.databaseUrl && !existsSync(databaseFile(base));
  const release = base.databaseUrl ? () => undefined : lockDataFolder(base.dataDir);
  try {
    await buildIfNeeded(say);
    loadTexts(programRoot, base.dataDir);
    const wantsDemo = firstTime && !flags.empty && (base.role === 'hub' || flags.demo === true);
    const program = await openProgram({ ...base, demo: wantsDemo });
    try {
      // whether the data are a demonstration was decided at the first start and stays so
      const demo = program.replica.identity.demo;
      const config: Config = { ...readConfig({ ...configInput(flags), port: flags.port, host: flags.host, demo }) };
      program.app.config = config;
      setCurrentApp(program.app);
      setCurrentReplica(program.replica);
      logTextProblems(program.app.log);
      setSessionReader(readSession);
      const server = await startServer({
        app: program.app,
        handler: await loadHandler(),
        port: config.port,
        host: config.host,
      });
      const url = `http://${config.host === '::' || config.host === '0.0.0.0' ? 'localhost' : config.host === '127.0.0.1' ? 'localhost' : config.host}:${server.port}`;
      await firstStart(program, { url, empty: flags.empty ?? false, say });
      const socket = await serveSocket(config.dataDir, (request) => answer(program, request));
      const stopJobs = startJobs(program.app, [
        ...program.app.modules.flatMap((module) => module.jobs),
        ...(config.secondMedium ? [secondMediumJob] : []),
      ]);
      const stopReplication = startReplicationJobs(program.replica);
      say(`${program.app.site.programme} · ${config.role} · ${url}`);
      return {
        url,
        program,
        async stop() {
          socket.close();
          await server.close();
          await stopReplication();
          await stopJobs();
          await program.close();
          setCurrentApp(undefined);
          release();
        },
      };
    } catch (error) {
      await program.close();
      throw error;
    }
  } catch (error) {
    release();
    throw error;
  }
}

async function answer(program: Program, request: SocketRequest): Promise<SocketAnswer> {
  if (!isOperation(request.operation)) return { ok: false, message: `there is no operation "${request.operation}"` };
  try {
    return { ok: true, value: await operations[request.operation](program, request.args) };
  } catch (error) {
    return { ok: false, message: errorInWords(error, request.language) };
  }
}
