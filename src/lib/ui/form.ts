// What a form needs to know: its proof, what was typed, and what did not fit.

export interface FieldIssue {
  field: string;
  code: string;
}

/** Proof that the form is ours, and the key under which sending it twice has one effect. */
export interface FormProof {
  token: string;
  key: string;
}

/** What an action answers when it refused: shown above the form and beside the fields. */
export interface FormAnswer {
  code: string;
  params?: Record<string, string | number>;
  issues: FieldIssue[];
  values: Record<string, string | string[]>;
}

export function issueOf(answer: FormAnswer | null | undefined, field: string): string | undefined {
  return answer?.issues.find((issue) => issue.field === field)?.code;
}

/** What was typed before, or the given start. */
export function typed(answer: FormAnswer | null | undefined, field: string, start = ''): string {
  const value = answer?.values[field];
  return typeof value === 'string' ? value : (value?.[0] ?? start);
}

export function typedList(
  answer: FormAnswer | null | undefined,
  field: string,
  start: readonly string[] = [],
): string[] {
  const value = answer?.values[field];
  return value === undefined ? [...start] : typeof value === 'string' ? [value] : value;
}

/** Text key of a code: fields have their own texts, everything else is a refusal. */
export function codeKey(code: string): string {
  return code.startsWith('field.') ? code : `refusal.${code}`;
}

/** Three boxes for one date: the names under which day, month and year are sent. */
export function dateNames(name: string): { day: string; month: string; year: string } {
  return { day: `${name}-day`, month: `${name}-month`, year: `${name}-year` };
}

/** The civil date typed into three boxes, for a command: empty when all are, otherwise YYYY-MM-DD, whether it exists or not. */
export function dateTyped(fields: Readonly<Record<string, string | string[]>>, name: string): string {
  const names = dateNames(name);
  const part = (key: string) => {
    const value = fields[key];
    return (typeof value === 'string' ? value : '').trim();
  };
  const [day, month, year] = [part(names.day), part(names.month), part(names.year)];
  if (!day && !month && !year) return '';
  return `${year.padStart(4, '0')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}
