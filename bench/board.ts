// The hub's board of 2,000 telecentres: one page of it, as the screen asks for it, and what a session with nothing to send says in its bodies.
import * as v from 'valibot';
import { siteBoard, syncOnce } from '#replication';
import { defineCommand } from '#platform/command';
import { system } from '#platform/permissions';
import { keepSaid } from '../src/replication/server/site-report.ts';
import { openProgramme, type TestDesk } from '../tests/support/desk.ts';
import { directLink } from '../tests/support/link.ts';
import { figure, median } from './figure.ts';

const SITES = 2_000;
const EACH = 50;
const DAY = 86_400_000;

const programme = await openProgramme(['120608']);
try {
  const { hub } = programme;
  const [desk] = programme.desks as [TestDesk]; // reason: one was opened
  for (let from = 2; from <= SITES; from += EACH) {
    const add = defineCommand({
      name: 'bench.add-sites',
      permission: null,
      input: v.object({}),
      async run({ tx }) {
        for (let number = from; number < from + EACH; number++)
          await tx.append('site', {
            ...{ partition: 'public/control', number, name: `Anexo ${number}`, place: null },
            ...{ district: number % 2 === 0 ? '120608' : '120604', state: 'enrolled' },
          });
        return null;
      },
    });
    await hub.must(add, system, {});
  }
  await hub.app.db.transaction(async (tx) => {
    for (let site = 2; site <= SITES; site++)
      await keepSaid(tx, hub.clock.now() - (site % 20) * DAY, {
        ...{ protocol: 1, site, schema: hub.replica.schema, token: new Uint8Array(8), parts: [] },
        note: { version: [0, 1, 0], clock: 2, clockOff: 0, alarms: site % 100 === 0 ? ['fork'] : [] },
      });
  });
  const times: number[] = [];
  for (let page = 0; page < 21; page++) {
    const begun = performance.now();
    await siteBoard(hub.replica, { page });
    times.push(performance.now() - begun);
  }
  figure(`board: a page of ${SITES} telecentres`, median(times), 'ms');
  for (let settled = 0; settled < 2; settled++) await programme.syncOne(desk);
  const { bytes } = await syncOnce(desk.replica, { transport: directLink(hub.replica) });
  figure('board: bodies of a session with nothing to send', bytes.up + bytes.down, 'B');
} finally {
  await programme.close();
}
