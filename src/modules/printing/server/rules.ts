// What printed pages cost: first those that are free this month, then those bought ahead, then money. No I/O.

/** Céntimos of PEN; pages. */
export interface Prices {
  page: number;
  colourPage: number;
  freePages: number;
}

/** Where nobody wrote a price list: ten céntimos a page is common; each telecentre writes its own. */
export const NO_PRICES: Prices = { page: 0, colourPage: 0, freePages: 0 };

export interface Entry {
  id: string;
  kind: string;
  day: string;
  pages: number;
  free: number;
  fromBalance: number;
  amount: number;
  of: string | null;
}

export interface Account {
  /** Free pages left this month. */
  freeLeft: number;
  /** Pages bought ahead and not used. */
  balance: number;
}

/** An entry that was taken back counts nowhere; what it used is there again. */
function standing(entries: readonly Entry[]): Entry[] {
  const back = new Set(entries.flatMap(({ kind, of }) => (kind === 'taken-back' && of ? [of] : [])));
  return entries.filter(({ id, kind }) => kind !== 'taken-back' && !back.has(id));
}

export function accountOf(entries: readonly Entry[], prices: Prices, today: string): Account {
  const all = standing(entries);
  const month = today.slice(0, 7);
  const used = all.filter(({ day }) => day.startsWith(month)).reduce((sum, { free }) => sum + free, 0);
  const bought = all.filter(({ kind }) => kind === 'paid').reduce((sum, { pages }) => sum + pages, 0);
  const spent = all.reduce((sum, { fromBalance }) => sum + fromBalance, 0);
  return { freeLeft: Math.max(0, prices.freePages - used), balance: Math.max(0, bought - spent) };
}

export interface Bill {
  free: number;
  fromBalance: number;
  /** Pages that cost money now, and how much in céntimos. */
  due: number;
  amount: number;
}

/** Colour is never free and is not bought ahead. */
export function billOf(pages: number, colour: boolean, account: Account, prices: Prices): Bill {
  const free = colour ? 0 : Math.min(pages, account.freeLeft);
  const fromBalance = colour ? 0 : Math.min(pages - free, account.balance);
  const due = pages - free - fromBalance;
  return { free, fromBalance, due, amount: due * (colour ? prices.colourPage : prices.page) };
}

/** Money and pages of a day, for the till. */
export function dayOf(entries: readonly Entry[]): { pages: number; amount: number } {
  const all = standing(entries);
  return {
    pages: all.filter(({ kind }) => kind === 'printed').reduce((sum, { pages }) => sum + pages, 0),
    amount: all.reduce((sum, { amount }) => sum + amount, 0),
  };
}
