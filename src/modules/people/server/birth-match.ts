// Two dates of birth as they are written at two desks: the same, day and month exchanged, a year off, or somebody else's.

export interface Birthday {
  /** Null when nobody knows it. */
  birthYear: number | null;
  birthDate?: string | null;
  birthBasis?: string | null;
}

export interface BirthMatch {
  found: string;
  points: number;
}

/** What the birth says for or against one person. Symmetric. */
export function birthPart(a: Birthday, b: Birthday): BirthMatch {
  if (a.birthYear === null || b.birthYear === null) return { found: 'unknown', points: 8 };
  const apart = Math.abs(a.birthYear - b.birthYear);
  if (a.birthDate && b.birthDate) return byDate(a.birthDate, b.birthDate, apart);
  if (a.birthBasis === 'estimated' || b.birthBasis === 'estimated') return byEstimate(apart);
  if (apart === 0) return { found: 'year', points: 18 };
  if (apart === 1) return { found: 'year-off', points: 10 };
  return { found: 'far', points: apart <= 3 ? -22 : -35 };
}

function byDate(a: string, b: string, apart: number): BirthMatch {
  const [one, other] = [a.slice(5), b.slice(5)];
  const [month = '', day = ''] = one.split('-');
  const exchanged = `${day}-${month}` === other;
  if (one === other) {
    if (apart === 0) return { found: 'date', points: 24 };
    return apart === 1 ? { found: 'date-year-off', points: 16 } : { found: 'date-other-year', points: 2 };
  }
  if (exchanged && apart === 0) return { found: 'exchanged', points: 20 };
  if (exchanged && apart === 1) return { found: 'exchanged', points: 10 };
  if (apart > 1) return { found: 'far', points: -35 };
  const near = other.startsWith(`${month}-`) || other.endsWith(`-${day}`);
  if (apart === 0) return near ? { found: 'near', points: 10 } : { found: 'other-day', points: -10 };
  return { found: 'other-day', points: near ? -6 : -20 };
}

function byEstimate(apart: number): BirthMatch {
  if (apart <= 1) return { found: 'estimated', points: 14 };
  if (apart <= 4) return { found: 'estimated', points: 8 };
  return { found: 'far', points: apart <= 7 ? -12 : -35 };
}
