// "12 visits, 3 people": counts by table as people call what stands in them; what has no name of its own is told together.
import { hasText, text } from '#lib/text/index.ts';

export function itemsInWords(language: string, items: Readonly<Record<string, number>>): string[] {
  let other = 0;
  const named = Object.entries(items).flatMap(([table, count]) => {
    const key = `desk.safe.item.${table}`;
    if (hasText(language, key) && table !== 'other') return [{ count, words: text(language, key, { count }) }];
    other += count;
    return [];
  });
  const words = named.sort((a, b) => b.count - a.count).map((one) => one.words);
  return other > 0 ? [...words, text(language, 'desk.safe.item.other', { count: other })] : words;
}
