// Proposals: per command signed out, wrong role or district, bad input, good, same again; at a telecentre and at the hub.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DISTRICT, openDesk, verdict, type TestDesk } from '../../../../../tests/support/desk.ts';
import { findProposal, listProposals, supportOf } from '../queries.ts';
import { proposalOf } from '../rules.ts';
import { answerProposal } from './answer-proposal.ts';
import { submitProposal } from './submit-proposal.ts';
import { supportProposal } from './support-proposal.ts';
import { withdrawProposal } from './withdraw-proposal.ts';

let desk: TestDesk;
let rosa: { id: string };
let luis: { id: string };
beforeAll(async () => {
  desk = await openDesk();
  rosa = await desk.register({ given: 'Rosa' });
  luis = await desk.register({ given: 'Luis', sex: 'male' });
});
afterAll(() => desk.close());

const wish = { title: 'Un puente peatonal', text: 'Para que los niños crucen el río cuando llueve.' };
const submit = () => desk.must(submitProposal, desk.resident(rosa.id), wish);
const staff = (district = DISTRICT) => desk.actor('municipal-staff', { district });
const steps = async () => (await desk.app.db.read.selectFrom('proposal_step').select('id').execute()).length;

describe('proposals.submit', () => {
  it('refuses who is signed out, has another role or lives elsewhere', async () => {
    const before = await steps();
    expect(verdict(await desk.run(submitProposal, desk.visitor, wish))).toBe('permissions.sign-in');
    expect(verdict(await desk.run(submitProposal, staff(), wish))).toBe('permissions.denied');
    expect(verdict(await desk.run(submitProposal, desk.stranger, { ...wish, person: rosa.id }))).toBe(
      'permissions.denied',
    );
    const elsewhere = { ...desk.resident(rosa.id), grants: desk.actor('resident', { district: '120604' }).grants };
    expect(verdict(await desk.run(submitProposal, elsewhere, wish))).toBe('permissions.denied');
    expect(verdict(await desk.run(submitProposal, desk.resident(desk.site.id), wish))).toBe('people.not-found');
    expect(await steps()).toBe(before);
  });

  it('refuses bad input', async () => {
    const bad = async (changes: Record<string, unknown>) =>
      verdict(await desk.run(submitProposal, desk.resident(rosa.id), { ...wish, ...changes }));
    expect(await bad({ title: ' ' })).toBe('title: field.required');
    expect(await bad({ title: 'x'.repeat(121) })).toBe('title: field.too-long');
    expect(await bad({ text: 'x'.repeat(3001) })).toBe('text: field.too-long');
    expect(await bad({ text: ['a', 'b'] })).toBe('text: field.invalid');
  });

  it('is written to the district without a name, and hostile text stays text', async () => {
    const title = '<img src=x onerror=alert(1)>';
    const { id } = await desk.must(submitProposal, desk.resident(rosa.id), { ...wish, title, person: luis.id });
    const row = await desk.app.db.read
      .selectFrom('proposal_step')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    expect(row).toMatchObject({
      partition: `d/${DISTRICT}`,
      kind: 'submitted',
      person: rosa.id,
      title,
      presence: null,
      role: 'resident',
    });
    expect(JSON.stringify(row)).not.toContain('Quispe');
    expect(await findProposal(desk.app.db.read, id)).toMatchObject({
      title,
      state: 'open',
      supports: 0,
      district: DISTRICT,
    });
  });

  it('the longest text fits into one act', async () => {
    const long = { title: '語'.repeat(120), text: '語'.repeat(3000) };
    expect(verdict(await desk.run(submitProposal, desk.resident(rosa.id), long))).toBe('ok');
  });

  it('with help needs the person, a proof that she was there, and her yes to what was read', async () => {
    const assisted = async (changes: Record<string, unknown>) =>
      verdict(await desk.run(submitProposal, desk.operator, { ...wish, ...changes }));
    expect(await assisted({})).toBe('proposals.person-needed');
    expect(await assisted({ person: desk.site.id })).toBe('people.not-found');
    expect(await assisted({ person: rosa.id })).toBe('proposals.presence-needed');
    expect(await assisted({ person: rosa.id, presence: 'photo' })).toBe('presence: field.choose');
    expect(await assisted({ person: rosa.id, presence: 'mark' })).toBe('proposals.read-back-needed');
    expect(await assisted({ person: rosa.id, presence: 'mark', readBack: 'on' })).toBe('ok');
  });

  it('with the same key once more is the same proposal', async () => {
    const first = await desk.run(submitProposal, desk.resident(rosa.id), wish, 'k');
    const before = await steps();
    expect(await desk.run(submitProposal, desk.resident(rosa.id), wish, 'k')).toMatchObject({
      repeated: true,
      value: first.ok ? first.value : null,
    });
    expect(await steps()).toBe(before);
  });
});

describe('proposals.support', () => {
  it('refuses who may not', async () => {
    const proposal = (await submit()).id;
    expect(verdict(await desk.run(supportProposal, desk.visitor, { proposal }))).toBe('permissions.sign-in');
    expect(verdict(await desk.run(supportProposal, staff(), { proposal }))).toBe('permissions.denied');
    expect(verdict(await desk.run(supportProposal, desk.resident(luis.id), { proposal: 'x' }))).toBe(
      'proposal: field.not-an-id',
    );
    expect(verdict(await desk.run(supportProposal, desk.resident(luis.id), { proposal: luis.id }))).toBe(
      'proposals.not-found',
    );
    expect(verdict(await desk.run(supportProposal, desk.resident(rosa.id), { proposal }))).toBe('proposals.own');
  });

  it('takes a person once, alone or assisted, and counts when the hub has said so', async () => {
    const proposal = (await submit()).id;
    await desk.must(supportProposal, desk.resident(luis.id), { proposal }, 'k');
    await desk.must(supportProposal, desk.resident(luis.id), { proposal }, 'k');
    expect(verdict(await desk.run(supportProposal, desk.resident(luis.id), { proposal }))).toBe(
      'proposals.supported-already',
    );
    const assisted = { proposal, person: luis.id, presence: 'witness', readBack: 'on' };
    expect(verdict(await desk.run(supportProposal, desk.operator, assisted))).toBe('proposals.supported-already');
    const found = await findProposal(desk.app.db.read, proposal);
    if (!found) throw new Error('no proposal');
    // a telecentre alone cannot know whether the person supported elsewhere
    expect(found).toMatchObject({ supports: 0, waiting: 1 });
    expect(await supportOf(desk.app.db.read, found, luis.id)).toBe('waiting');
    expect(await supportOf(desk.app.db.read, found, rosa.id)).toBe('none');
  });
});

describe('proposals.answer', () => {
  const answer = { decision: 'under-study', text: 'Lo vemos en la sesión de diciembre.' };

  it('refuses who is signed out, has another role or answers for another district, and bad input', async () => {
    const proposal = (await submit()).id;
    const input = { proposal, ...answer };
    expect(verdict(await desk.run(answerProposal, desk.visitor, input))).toBe('permissions.sign-in');
    expect(verdict(await desk.run(answerProposal, desk.resident(luis.id), input))).toBe('permissions.denied');
    expect(verdict(await desk.run(answerProposal, desk.operator, input))).toBe('permissions.denied');
    expect(verdict(await desk.run(answerProposal, staff('120604'), input))).toBe('permissions.denied');
    expect(verdict(await desk.run(answerProposal, staff(), { ...input, decision: 'maybe' }))).toBe(
      'decision: field.choose',
    );
    expect(verdict(await desk.run(answerProposal, staff(), { ...input, text: '' }))).toBe('text: field.required');
    expect(
      verdict(await desk.run(answerProposal, desk.actor('municipal-staff'), { ...input, proposal: luis.id })),
    ).toBe('proposals.not-found');
  });

  it('is public, and a later one stands beside it', async () => {
    const proposal = (await submit()).id;
    await desk.must(answerProposal, staff(), { proposal, ...answer }, 'k');
    await desk.must(answerProposal, staff(), { proposal, ...answer }, 'k');
    await desk.must(answerProposal, staff(), { proposal, decision: 'will-do', text: 'Aprobado.' });
    const found = await findProposal(desk.app.db.read, proposal);
    expect(found?.state).toBe('answered');
    expect(found?.answers.map((one) => one.decision)).toEqual(['under-study', 'will-do']);
  });
});

describe('proposals.withdraw', () => {
  it('is for the author, until there is an answer', async () => {
    const proposal = (await submit()).id;
    expect(verdict(await desk.run(withdrawProposal, desk.visitor, { proposal }))).toBe('permissions.sign-in');
    expect(verdict(await desk.run(withdrawProposal, staff(), { proposal }))).toBe('permissions.denied');
    expect(verdict(await desk.run(withdrawProposal, desk.resident(luis.id), { proposal }))).toBe('proposals.not-yours');
    expect(verdict(await desk.run(withdrawProposal, desk.resident(rosa.id), { proposal: '' }))).toBe(
      'proposal: field.required',
    );
    await desk.must(withdrawProposal, desk.resident(rosa.id), { proposal }, 'k');
    await desk.must(withdrawProposal, desk.resident(rosa.id), { proposal }, 'k');
    expect(verdict(await desk.run(withdrawProposal, desk.resident(rosa.id), { proposal }))).toBe(
      'proposals.withdrawn-already',
    );
    expect(await findProposal(desk.app.db.read, proposal)).toMatchObject({ state: 'withdrawn', text: '' });
    expect(verdict(await desk.run(supportProposal, desk.resident(luis.id), { proposal }))).toBe(
      'proposals.withdrawn-already',
    );
    const input = { proposal, decision: 'will-do', text: 'x' };
    expect(verdict(await desk.run(answerProposal, staff(), input))).toBe('proposals.withdrawn-already');
    const answered = (await submit()).id;
    await desk.must(answerProposal, staff(), { ...input, proposal: answered });
    expect(verdict(await desk.run(withdrawProposal, desk.resident(rosa.id), { proposal: answered }))).toBe(
      'proposals.answered-already',
    );
  });
});

describe('lists', () => {
  it('show newest first, by district, and those that wait', async () => {
    const proposal = (await submit()).id;
    const { read } = desk.app.db;
    expect((await listProposals(read)).proposals[0]?.id).toBe(proposal);
    expect((await listProposals(read, { districts: ['120601'] })).proposals).toEqual([]);
    expect((await listProposals(read, { districts: [] })).proposals).toEqual([]);
    const waiting = (await listProposals(read, { districts: [DISTRICT], waiting: true })).proposals;
    expect(waiting.map((one) => one.id)).toContain(proposal);
    expect(waiting.every((one) => one.state === 'open')).toBe(true);
  });

  it('say of every proposal what its steps say', async () => {
    const { read } = desk.app.db;
    const all = await read.selectFrom('proposal_step').selectAll().execute();
    const { proposals } = await listProposals(read);
    expect(proposals.length).toBeGreaterThan(3);
    for (const { partition, district, waiting, ...proposal } of proposals) {
      expect(waiting).toBeGreaterThanOrEqual(0);
      expect(partition).toBe(`d/${district}`);
      expect(proposal).toEqual(proposalOf(proposal.id, all));
    }
  });
});
