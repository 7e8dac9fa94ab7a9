// What a proposal is does not hang on the order in which its steps arrive, nor on one arriving twice.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerRefusal, proposalOf, supportRefusal, withdrawalRefusal, type Step } from './rules.ts';

const AUTHOR = 'AUTHOR';
const people = fc.constantFrom(AUTHOR, 'ROSA', 'LUIS', 'KEMARI');

const submission: Step = {
  id: 'P',
  kind: 'submitted',
  proposal: null,
  title: 'Un puente',
  text: 'Sobre el Ene',
  person: AUTHOR,
  decision: null,
  made_at: 3,
};
const step = (id: string, kind: string, person: string | null, made_at: number): Step => ({
  id,
  kind,
  proposal: 'P',
  title: null,
  text: kind === 'answered' ? `answer ${id}` : null,
  person: kind === 'answered' ? null : person,
  decision: kind === 'answered' ? 'will-do' : null,
  made_at,
});
const later = fc
  .array(
    fc.record({
      kind: fc.constantFrom('supported', 'answered', 'withdrawn', 'unheard-of'),
      person: people,
      made_at: fc.integer({ min: 0, max: 5 }),
    }),
    { maxLength: 10 },
  )
  .map((rows) => rows.map(({ kind, person, made_at }, at) => step(`S${at}`, kind, person, made_at)));

/** Some of the steps, in some order, some of them twice: then all of them. */
const arrivals = later.chain((steps) => {
  const all = [submission, ...steps];
  return fc.tuple(fc.constant(steps), fc.shuffledSubarray(all, { minLength: all.length }), fc.shuffledSubarray(all));
});

describe('a proposal', () => {
  it('is the same in every order of arrival, also when steps arrive twice', () => {
    fc.assert(
      fc.property(arrivals, ([steps, order, again]) => {
        expect(proposalOf('P', [...order, ...again])).toEqual(proposalOf('P', [submission, ...steps]));
      }),
    );
  });

  it('counts a person who supports once, and never its author', () => {
    fc.assert(
      fc.property(later, (steps) => {
        const expected = new Set(
          steps.filter((one) => one.kind === 'supported' && one.person !== AUTHOR).map((one) => one.person),
        );
        expect(proposalOf('P', [submission, ...steps])?.supports).toBe(expected.size);
      }),
    );
  });

  it('is hidden until its submission is there, and ignores steps of others', () => {
    expect(proposalOf('P', [step('S1', 'supported', 'ROSA', 1)])).toBeUndefined();
    const other = { ...step('S1', 'supported', 'ROSA', 1), proposal: 'Q' };
    expect(proposalOf('P', [submission, other])?.supports).toBe(0);
  });

  it('is withdrawn by nobody but its author, and is then no longer quoted', () => {
    expect(proposalOf('P', [submission, step('S1', 'withdrawn', 'ROSA', 9)])?.state).toBe('open');
    const withdrawn = proposalOf('P', [
      step('S1', 'withdrawn', AUTHOR, 9),
      step('S2', 'answered', null, 4),
      submission,
    ]);
    expect(withdrawn).toMatchObject({ state: 'withdrawn', text: '', title: 'Un puente' });
    expect(withdrawn?.answers).toHaveLength(1);
    const authorless = { ...submission, person: null };
    expect(proposalOf('P', [authorless, { ...step('S1', 'withdrawn', null, 9), person: null }])?.state).toBe('open');
  });

  it('keeps every answer, the last one last', () => {
    const answered = proposalOf('P', [step('S2', 'answered', null, 8), step('S1', 'answered', null, 4), submission]);
    expect(answered?.state).toBe('answered');
    expect(answered?.answers.map((answer) => answer.id)).toEqual(['S1', 'S2']);
  });
});

describe('what may be done', () => {
  const open = proposalOf('P', [submission]);
  const answered = proposalOf('P', [submission, step('S1', 'answered', null, 4)]);
  const withdrawn = proposalOf('P', [submission, step('S1', 'withdrawn', AUTHOR, 4)]);
  if (!open || !answered || !withdrawn) throw new Error('the submission is there');

  it('support: others, once, while it stands', () => {
    expect(supportRefusal(open, 'ROSA', false)).toBeNull();
    expect(supportRefusal(answered, 'ROSA', false)).toBeNull();
    expect(supportRefusal(open, 'ROSA', true)).toBe('proposals.supported-already');
    expect(supportRefusal(open, AUTHOR, false)).toBe('proposals.own');
    expect(supportRefusal(withdrawn, 'ROSA', false)).toBe('proposals.withdrawn-already');
  });

  it('withdraw: the author, before an answer', () => {
    expect(withdrawalRefusal(open, AUTHOR)).toBeNull();
    expect(withdrawalRefusal(open, 'ROSA')).toBe('proposals.not-yours');
    expect(withdrawalRefusal(answered, AUTHOR)).toBe('proposals.answered-already');
    expect(withdrawalRefusal(withdrawn, AUTHOR)).toBe('proposals.withdrawn-already');
  });

  it('answer: while it stands, also again', () => {
    expect(answerRefusal(open)).toBeNull();
    expect(answerRefusal(answered)).toBeNull();
    expect(answerRefusal(withdrawn)).toBe('proposals.withdrawn-already');
  });
});
