// A process of its own that is one hub's server, alone or beside others on one PostgreSQL. It ends when its standard input does.
// Run: node tests/support/hub-process.ts <data folder> [<address of the database>] [--screens]; prints one line of JSON when it serves.
import { createServer, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import * as v from 'valibot';
import { loadHandler, programRoot } from '../../src/cli/build.ts';
import { openProgram } from '../../src/cli/program.ts';
import { lockPartition } from '../../src/replication/server/store.ts';
import { answerEnrolment, answerSession, closeOpenActs, ENROL_PATH, renewKey, SESSION_PATH } from '#replication';
import { setCurrentApp, setCurrentReplica } from '#platform/app';
import { defineCommand, runCommand, type Command } from '#platform/command';
import { readConfig } from '#platform/config';
import { startServer } from '#platform/http';
import { silentLog } from '#platform/log';
import { system } from '#platform/permissions';
import { loadTexts } from '#platform/texts';

const [dataDir = '', databaseUrl = ''] = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const host = '127.0.0.1';
const { app, replica } = await openProgram(readConfig({ role: 'hub', port: 0, host, dataDir, databaseUrl }, {}), {
  log: silentLog(),
});
process.stdin.on('end', () => process.exit(0)).resume();

async function must<I, O>(command: Command<I, O>, input: unknown): Promise<O> {
  const outcome = await runCommand(app, command, { actor: system, input });
  if (!outcome.ok) throw new Error(`${command.name}: ${outcome.refusal.code}`);
  return outcome.value;
}

const place = defineCommand({
  name: 'test.place',
  permission: null,
  input: v.object({ id: v.string(), place: v.string() }),
  async run({ tx }, { id, place }) {
    await tx.update('site', { partition: 'public/control', id }, { place });
    return null;
  },
});

let held = false;

/** Takes the head of a partition and stands still with it, once; after that it goes on as if nothing had happened. */
const hold = (partition: string) =>
  new Promise((answer, failed) => {
    const stand = app.db.transaction(
      async (tx) => {
        await lockPartition(tx, partition);
        if (held) return;
        held = true;
        answer({});
        await new Promise((forget) => setTimeout(forget, 60_000).unref());
        await lockPartition(tx, partition);
      },
      { isolation: 'read committed' },
    );
    stand.catch(failed);
  });

const said = v.record(v.string(), v.string());
const DOINGS: Record<string, (input: v.InferOutput<typeof said>) => Promise<unknown>> = {
  '/add': (input) => must(replica.sites.add, input),
  '/place': (input) => must(place, input),
  '/close': () => closeOpenActs(replica),
  '/renew': () => renewKey(replica),
  '/hold': ({ partition = '' }) => hold(partition),
  '/origin': () => Promise.resolve(replica.origin()),
  '/usage': () => Promise.resolve({ ...process.memoryUsage(), cpu: process.cpuUsage() }),
};

async function answer(request: IncomingMessage): Promise<Uint8Array> {
  const { url = '' } = request;
  if (url === SESSION_PATH) return (await answerSession(replica, request)).body;
  const input = await json(request);
  if (url === ENROL_PATH) return Buffer.from(JSON.stringify(await answerEnrolment(replica, input)));
  const done = await DOINGS[url]?.(v.parse(said, input));
  return Buffer.from(JSON.stringify(done ?? null));
}

const server = createServer((request, response) => {
  answer(request).then(
    (body) => response.end(body),
    (error: unknown) => response.writeHead(500).end(JSON.stringify({ error: String(error) })),
  );
});
server.keepAliveTimeout = 600_000; // who asks may be busy for long, and finds the line as it was
await new Promise<void>((ready) => server.listen(0, host, ready));
const { port } = server.address() as { port: number }; // reason: it listens on a port
const ready = { ready: true, pid: process.pid, port, screens: port };
if (process.argv.includes('--screens')) {
  loadTexts(programRoot, app.config.dataDir);
  setCurrentApp(app);
  setCurrentReplica(replica);
  ready.screens = (await startServer({ app, handler: await loadHandler(), port: 0, host })).port;
}
process.stdout.write(`${JSON.stringify(ready)}\n`);
