// What the hub sets aside and releases, and what a telecentre takes out of its tables: 1,000 visits, 2,000 operations, in one partition.
import { registerVisit } from '#modules/visits';
import { syncOnce } from '#replication';
import { system } from '#platform/permissions';
import { openProgramme, type TestDesk, type TestProgramme } from '../tests/support/desk.ts';
import { directLink } from '../tests/support/link.ts';
import { figure } from './figure.ts';

const VISITS = 1_000;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

async function workOf(desk: TestDesk, person: string): Promise<void> {
  for (let i = 0; i < VISITS; i++) await desk.must(registerVisit, desk.operator, { person, purposes: ['homework'] });
}

const session = ({ hub }: TestProgramme, desk: TestDesk) =>
  syncOnce(desk.replica, { transport: directLink(hub.replica) });

async function blocked(programme: TestProgramme, desk: TestDesk): Promise<void> {
  const { hub } = programme;
  const { id } = await desk.register();
  await workOf(desk, id);
  await hub.must(hub.replica.sites.end, system, { site: desk.site.id, how: 'compromised' });
  figure('verdicts: a session whose work is set aside', await timed(() => session(programme, desk)), 's');
  const { read } = hub.app.db;
  const { count } = await read
    .selectFrom('verdict')
    .select((e) => e.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  figure('verdicts: words for it', Number(count), 'rows');
  const partition = `t/${desk.site.id}`;
  const aside = await read
    .selectFrom('log_quarantine')
    .select(['site', 'device', 'run'])
    .select((e) => [e.fn.min('n').as('from_n'), e.fn.max('n').as('to_n')])
    .where('partition', '=', partition)
    .groupBy(['site', 'device', 'run'])
    .executeTakeFirstOrThrow();
  const release = () => hub.must(hub.replica.verdicts.release, system, { ...aside, partition, note: 'bench' });
  figure('verdicts: 2,000 operations released by one decision', await timed(release), 's');
}

async function ended(programme: TestProgramme, desk: TestDesk): Promise<void> {
  const { hub } = programme;
  const { id } = await desk.register();
  await hub.must(hub.replica.sites.end, system, { site: desk.site.id, how: 'ended' });
  await session(programme, desk);
  await workOf(desk, id);
  const taken = await timed(() => session(programme, desk));
  figure('verdicts: a session in which a telecentre takes 2,000 rows out of its tables', taken, 's');
}

const programme = await openProgramme(['120608', '120608']);
try {
  const [first, second] = programme.desks as [TestDesk, TestDesk]; // reason: two were opened
  await blocked(programme, first);
  await ended(programme, second);
} finally {
  await programme.close();
}
