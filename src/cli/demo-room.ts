// The demonstration's telecentres as rooms: opening hours, computers, a room to book, and what happens there today. All fictional.
import { book, setBookable } from '#modules/bookings';
import { addException, closeDay, openDay, setWeek } from '#modules/hours';
import { printSheets } from '#modules/paper';
import { setPrices } from '#modules/printing';
import { callNumber, takeNumber } from '#modules/queue';
import { suggest } from '#modules/suggestions';
import { addRule, setService, setStation, startSession } from '#modules/stations';
import { civilDate } from '#platform/clock';
import { runCommand, type Command } from '#platform/command';
import type { Actor } from '#platform/permissions';
import type { Program } from './program.ts';

const DAY = 86_400_000;
/** Eight in the morning in Lima, as hours UTC. */
const MORNING = 13 * 3_600_000;

async function must<I, O>({ app }: Program, command: Command<I, O>, actor: Actor, input: unknown): Promise<O> {
  const outcome = await runCommand(app, command, { actor, input });
  if (!outcome.ok) throw new Error(`${command.name}: ${JSON.stringify(outcome.refusal)}`);
  return outcome.value;
}

/** The morning of the day that lies so many days before an instant. */
export function morningOf(now: number, days: number): number {
  return Math.floor(now / DAY) * DAY - days * DAY + MORNING;
}

/** What is set once: hours, computers with their places, rules, what can be booked. */
export async function furnish(centre: Program, operator: Actor, computers: number): Promise<void> {
  await must(centre, setPrices, operator, { page: 20, colourPage: 100, freePages: 5 });
  const week = Object.fromEntries([1, 2, 3, 4, 5].map((day) => [`day${day}`, '8:00-12:00, 14:00-18:00']));
  await must(centre, setWeek, operator, { ...week, day6: '8:00-12:00', solar: true });
  for (let at = 0; at < computers; at++) {
    const place = { x: at % 3, y: Math.floor(at / 3), accessible: at === 0 };
    const { id } = await must(centre, setStation, operator, {
      ...{ name: String(at + 1), kind: at < 4 ? 'desktop' : 'laptop', room: 'Sala', ...place },
    });
    if (at === computers - 1)
      await must(centre, setService, operator, { station: id, state: 'out-of-service', why: 'Demo: no enciende' });
    if (at === 0) await must(centre, setBookable, operator, { kind: 'station', ref: id, name: 'Computadora 1' });
  }
  await must(centre, setBookable, operator, { kind: 'room', name: 'Sala de reuniones', seats: 20, most: 240 });
  const children = { name: 'Niñas, niños y adolescentes', ageTo: 17, sessionMinutes: 30, dayMinutes: 60 };
  await must(centre, addRule, operator, children);
}

/** One past day: opened a little late now and then, closed in the evening, once for want of power. */
export async function keepDay(
  centre: Program,
  operator: Actor,
  clock: { to(instant: number): void },
  morning: number,
  draw: (below: number) => number,
  during: () => Promise<void>,
): Promise<void> {
  clock.to(morning + draw(20) * 60_000);
  await must(centre, openDay, operator, {});
  await during();
  const dark = draw(12) === 0;
  clock.to(morning + (dark ? 7 : 10) * 3_600_000);
  await must(centre, closeDay, operator, dark ? { reason: 'no-power' } : {});
}

/** Today: people wait, some sit at computers, a course has the room next week. */
export async function openToday(centre: Program, operator: Actor, people: readonly string[]): Promise<void> {
  const { app } = centre;
  const { read } = app.db;
  await must(centre, openDay, operator, {});
  for (const input of [{ need: 'computer' }, { need: 'procedure', priority: 'elderly' }, { need: 'computer' }, {}])
    await must(centre, takeNumber, operator, input);
  await must(centre, callNumber, operator, {});
  const stations = await read.selectFrom('station').select(['id', 'name']).where('state', '=', 'in-service').execute();
  for (const [at, { id }] of stations.slice(1, 3).entries())
    await must(centre, startSession, operator, { station: id, person: people[at], purposes: ['homework'] });
  const today = civilDate(app.clock.now(), app.config.zone);
  const room = await read.selectFrom('bookable').select('id').where('kind', '=', 'room').executeTakeFirst();
  for (let ahead = 1; ahead <= 3; ahead++) {
    const day = civilDate(app.clock.now() + ahead * DAY, app.config.zone);
    const wish = { bookable: room?.id, group: 'Demo: taller de computación', day, from: '9:00', to: '11:00' };
    // a Sunday or a holiday refuses it, which is as it should be
    await runCommand(app, book, { actor: operator, input: wish });
  }
  await must(centre, suggest, operator, { topic: 'hours', text: 'Demo: abrir también el sábado por la tarde.' });
  await must(centre, printSheets, operator, { kind: 'visits', count: 2 });
  const assembly = { day: civilDate(app.clock.now() + 12 * DAY, app.config.zone), reason: 'assembly' };
  if (assembly.day > today) await must(centre, addException, operator, { ...assembly, note: 'Demo: asamblea comunal' });
}
