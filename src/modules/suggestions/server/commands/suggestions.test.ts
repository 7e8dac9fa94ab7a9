// Suggestions: anybody may, nobody is known by it, the desk answers, and what should not be read is not shown.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDesk, verdict, type TestDesk } from '../../../../../tests/support/desk.ts';
import { listSuggestions } from '../queries.ts';
import { stepSuggestion, suggest } from './commands.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

it('anybody suggests, and only the desk answers', async () => {
  const words = { topic: 'hours', text: '<b>Abrir</b> más temprano' };
  expect(verdict(await desk.run(suggest, desk.visitor, { ...words, topic: 'love' }))).toBe('topic: field.choose');
  expect(verdict(await desk.run(suggest, desk.visitor, { ...words, text: ' ' }))).toBe('text: field.required');
  const { id } = await desk.must(suggest, desk.visitor, words, 'k');
  await desk.must(suggest, desk.visitor, words, 'k');
  const step = { suggestion: id, kind: 'answered', text: 'Desde el lunes' };
  expect(verdict(await desk.run(stepSuggestion, desk.visitor, step))).toBe('permissions.sign-in');
  expect(verdict(await desk.run(stepSuggestion, desk.stranger, step))).toBe('permissions.denied');
  expect(verdict(await desk.run(stepSuggestion, desk.operator, { ...step, text: '' }))).toBe(
    'suggestions.answer-needed',
  );
  expect(verdict(await desk.run(stepSuggestion, desk.operator, { ...step, suggestion: desk.site.id }))).toBe(
    'suggestions.not-found',
  );
  await desk.must(stepSuggestion, desk.operator, step);
  const list = await listSuggestions(desk.app.db.read, desk.site.id);
  expect(list).toMatchObject([{ text: words.text, answer: 'Desde el lunes', putAway: false }]);
  await desk.must(stepSuggestion, desk.operator, { suggestion: id, kind: 'put-away' });
  expect(await listSuggestions(desk.app.db.read, desk.site.id)).toEqual([]);
  expect(await listSuggestions(desk.app.db.read, desk.site.id, true)).toHaveLength(1);
});

it('takes no more than a hundred in a day', async () => {
  for (let at = 0; at < 99; at++) await desk.must(suggest, desk.visitor, { topic: 'other', text: String(at) });
  expect(verdict(await desk.run(suggest, desk.visitor, { topic: 'other', text: 'x' }))).toBe('suggestions.full');
});
