// Proposals written at a telecentre reach the hub, are answered there, and become a figure with its records.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listClaims } from '#replication';
import { openProgramme, verdict, type TestProgramme } from '../../../../tests/support/desk.ts';
import type { TestProgram } from '../../../../tests/support/program.ts';
import type { BreakdownName, FigureRequest } from '#platform/indicators';
import type { Scope } from '#platform/permissions';
import { answerProposal } from './commands/answer-proposal.ts';
import { submitProposal } from './commands/submit-proposal.ts';
import { supportProposal } from './commands/support-proposal.ts';
import { withdrawProposal } from './commands/withdraw-proposal.ts';
import { submittedIndicator } from './figures.ts';
import { findProposal, nameSupports } from './queries.ts';

let programme: TestProgramme;
beforeAll(async () => {
  programme = await openProgramme(['120608', '120604', '120608']);
});
afterAll(() => programme.close());

const wish = { title: 'Un puente peatonal', text: 'Para cruzar el río cuando llueve.' };
const request = (breakdown: BreakdownName | null, scope: Scope): FigureRequest => ({
  period: { from: '2026-11-01', to: '2026-11-30' },
  breakdown,
  scope,
  today: '2026-11-24',
});
async function figure(breakdown: BreakdownName | null = null, scope: Scope = { programme: true }) {
  const cells = await submittedIndicator.figures(programme.hub.app.db.read, request(breakdown, scope));
  return Object.fromEntries(cells.map((cell) => [cell.key, cell.value]));
}

describe('proposals of two districts', () => {
  it('are supported at two telecentres by the same person and counted once at the hub', async () => {
    const { hub, desks } = programme;
    const [ocopa, , betania] = desks;
    if (!ocopa || !betania) throw new Error('no telecentres');
    const author = await ocopa.register({ given: 'Autora' });
    const luis = await ocopa.register({ given: 'Luis', sex: 'male', birthYear: '1960' });
    const { id } = await ocopa.must(submitProposal, ocopa.resident(author.id), wish);
    await programme.sync();
    await ocopa.must(supportProposal, ocopa.resident(luis.id), { proposal: id });
    await betania.must(supportProposal, betania.resident(luis.id), { proposal: id });
    for (const desk of [ocopa, betania])
      expect(await findProposal(desk.app.db.read, id)).toMatchObject({ supports: 0, waiting: 1 });
    await programme.sync();
    for (const program of [hub, ocopa, betania])
      expect(await findProposal(program.app.db.read, id)).toMatchObject({ supports: 1, waiting: 0, state: 'open' });
    // the one that lost is told where it was written and at the hub, with its reason and what it is about
    const refused = async ({ replica }: TestProgram, site?: number) =>
      listClaims(replica, { site, state: 'refused', limit: 10 });
    const [lost] = await refused(hub);
    expect(lost).toMatchObject({ table: 'proposal_support', state: 'refused', reason: 'taken' });
    const loser = [ocopa, betania].find((desk) => desk.app.site.number === lost?.site);
    expect(await refused(loser ?? hub, lost?.site)).toEqual([lost]);
    expect(
      await refused(loser === ocopa ? betania : ocopa, (loser === ocopa ? betania : ocopa).app.site.number),
    ).toEqual([]);
    expect(await nameSupports((loser ?? hub).app.db.read, [lost?.row ?? ''])).toEqual([
      { row: lost?.row, proposal: id, title: wish.title, person: luis.id },
    ]);
  });

  it('are supported at the hub by residents of the same district only', async () => {
    const { hub, desks } = programme;
    const [ocopa, mazamari] = desks;
    if (!ocopa || !mazamari) throw new Error('no telecentres');
    const author = await ocopa.register({ given: 'Autora lejana' });
    const neighbour = await ocopa.register({ given: 'Vecina' });
    const stranger = await mazamari.register({ given: 'Forastera' });
    const { id } = await ocopa.must(submitProposal, ocopa.resident(author.id), wish);
    await programme.sync();
    expect(verdict(await hub.run(supportProposal, mazamari.resident(stranger.id), { proposal: id }))).toBe(
      'proposals.other-district',
    );
    expect(verdict(await hub.run(supportProposal, ocopa.resident(stranger.id), { proposal: id }))).toBe(
      'permissions.denied',
    );
    expect(verdict(await hub.run(supportProposal, ocopa.resident(neighbour.id), { proposal: id }))).toBe('ok');
    await ocopa.must(withdrawProposal, ocopa.resident(author.id), { proposal: id });
  });

  it('are answered at the hub, and the answer comes home', async () => {
    const { hub, desks } = programme;
    const [ocopa, mazamari] = desks;
    if (!ocopa || !mazamari) throw new Error('no telecentres');
    const author = await ocopa.register({ given: 'Otra autora' });
    const { id } = await ocopa.must(submitProposal, ocopa.resident(author.id), wish);
    await programme.sync();
    const answer = { proposal: id, decision: 'will-do', text: 'En marzo.' };
    expect(verdict(await hub.run(answerProposal, hub.actor('municipal-staff', { district: '120604' }), answer))).toBe(
      'permissions.denied',
    );
    await hub.must(answerProposal, hub.actor('municipal-staff', { district: '120608' }), answer);
    await programme.sync();
    expect(await findProposal(ocopa.app.db.read, id)).toMatchObject({
      state: 'answered',
      answers: [{ text: 'En marzo.' }],
    });
    expect(await findProposal(mazamari.app.db.read, id)).toBeUndefined();
    expect(verdict(await ocopa.run(withdrawProposal, ocopa.resident(author.id), { proposal: id }))).toBe(
      'proposals.answered-already',
    );
  });

  it('become a figure whose records make its number', async () => {
    const mazamari = programme.desks[1];
    if (!mazamari) throw new Error('no telecentre');
    const juan = await mazamari.register({ given: 'Juan', sex: 'male' });
    const { id } = await mazamari.must(submitProposal, mazamari.resident(juan.id), wish);
    await mazamari.must(withdrawProposal, mazamari.resident(juan.id), { proposal: id });
    await programme.sync();
    expect(await figure()).toEqual({ total: 4 });
    expect(await figure('district')).toEqual({ '120604': 1, '120608': 3 });
    expect(await figure('sex')).toEqual({ female: 3, male: 1 });
    expect(await figure(null, { district: '120604' })).toEqual({ total: 1 });
    expect(await figure(null, { province: '1501' })).toEqual({ total: 0 });
    const { read } = programme.hub.app.db;
    const records = await submittedIndicator.records(read, {
      ...request('district', { programme: true }),
      cell: '120604',
      page: 0,
    });
    expect(records).toMatchObject({
      more: false,
      rows: [{ table: 'proposal_step', partition: 'd/120604', id, day: '2026-11-24', clock: 2 }],
    });
  });
});
