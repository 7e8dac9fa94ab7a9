// What can be decided of two cards. A later word stands; `open` takes back what was decided, or leaves it for later.
export const VERDICTS = ['same', 'different', 'open'] as const;
export type Verdict = (typeof VERDICTS)[number];
