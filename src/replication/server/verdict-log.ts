// The hub's words as they lie in the control logs: read for operations that arrive, written when the hub sets some aside.
import type { LocalTx, Reader } from '#platform/db';
import { partition as names } from '#platform/partitions';
import { compareDots, type SetAside, type Span, type Verdict, type VerdictState } from './core/index.ts';
import type { Replica } from './replica.ts';
import { widestOf } from './store.ts';
import { verdictTable } from './verdict-tables.ts';

const COLUMNS = ['id', 'site', 'device', 'run', 'from_n', 'to_n', 'state', 'reason', 'turn', 'note'] as const;
const MADE = ['made_site', 'made_device', 'made_run', 'made_n', 'made_at', 'made_clock'] as const;

export type StoredVerdict = Verdict & { id: string; note: string | null };

const isControl = (partition: string) => partition.endsWith('/control');

/** Every word of the hub that bears on these operations of a partition. */
export async function verdictsOn(read: Reader, partition: string, spans: readonly Span[]): Promise<StoredVerdict[]> {
  if (isControl(partition)) return []; // the hub does not judge itself
  const found = new Map<string, StoredVerdict>();
  for (const span of widestOf(spans)) {
    const rows = await read
      .selectFrom('verdict')
      .select([...COLUMNS, ...MADE])
      .where('partition', '=', names.control(partition))
      .where('site', '=', span.site)
      .where('device', '=', span.device)
      .where('run', '=', span.run)
      .where('from_n', '<=', span.to_n)
      .where('to_n', '>=', span.from_n)
      .execute();
    for (const row of rows) found.set(row.id, readVerdict(row));
  }
  return [...found.values()];
}

/** Of which operations these verdicts speak. */
export async function spansSpoken(read: Reader, control: string, ids: readonly string[]): Promise<Span[]> {
  return read
    .selectFrom('verdict')
    .select(['site', 'device', 'run', 'from_n', 'to_n'])
    .where('partition', '=', control)
    .where('id', 'in', ids)
    .execute();
}

type Line = Omit<Verdict, 'made'> & { id: string; note: string | null } & Record<(typeof MADE)[number], number>;

function readVerdict(row: Omit<Line, 'state'> & { state: string }): StoredVerdict {
  const { id, site, device, run, from_n, to_n, state, reason, turn, note } = row;
  return {
    ...{ id, site, device, run, from_n, to_n, reason, turn, note },
    state: state as VerdictState, // reason: only the hub writes here, and an unknown word withholds nothing
    made: {
      site: row.made_site,
      device: row.made_device,
      run: row.made_run,
      n: row.made_n,
      at: row.made_at,
      clock: row.made_clock,
    },
  };
}

/** Verdicts in one act: it stays far below 16 kB. */
const IN_ONE_ACT = 40;

export interface Word extends Span {
  state: VerdictState;
  reason: string;
  turn: number;
  note: string | null;
}

/** Consecutive operations that are set aside for one reason, joined. */
export function spansByReason(aside: readonly Pick<SetAside, 'site' | 'device' | 'run' | 'n' | 'reason'>[]) {
  const joined: (Span & { reason: string })[] = [];
  for (const { site, device, run, n, reason } of aside.toSorted(compareDots)) {
    const last = joined.at(-1);
    const follows = last?.site === site && last.device === device && last.run === run && last.to_n === n - 1;
    if (last && follows && last.reason === reason) last.to_n = n;
    else joined.push({ site, device, run, from_n: n, to_n: n, reason });
  }
  return joined;
}

/** At the hub, in the transaction that set them aside: the word that tells every holder. */
export async function sayQuarantined(
  replica: Replica,
  tx: LocalTx,
  partition: string,
  aside: readonly SetAside[],
): Promise<void> {
  const words = spansByReason(aside).map((span) => ({ ...span, state: 'quarantined' as const, turn: 1, note: null }));
  for (let at = 0; at < words.length; at += IN_ONE_ACT) {
    const act = replica.recorder.begin(tx, {
      command: 'verdicts.quarantine',
      actor: 'system',
      role: undefined,
      at: replica.clock.stamp(),
      clockState: replica.clock.state(),
    });
    for (const word of words.slice(at, at + IN_ONE_ACT))
      await act.append(verdictTable.name, { partition: names.control(partition), ...word });
    await act.finish();
  }
}
