// What a command writes: rows and act in one transaction, sealed fields under their subject's key, rights asked before anything is written.
import type { ActHeader, ActRecorder, Recorder } from '#platform/recorder';
import { onEnd, type Claimed, type LocalTx, type RowValues, type SettledField } from '#platform/db';
import { StaleTransaction } from '#platform/dialect';
import { Refusal } from '#platform/errors';
import type { ReplicatedTable } from '#platform/manifest';
import { readPartition, partition as names } from '#platform/partitions';
import {
  addDigests,
  encodeAct,
  MAX_ACT_BYTES,
  ZERO_DIGEST,
  type Act,
  type Dot,
  type Operation,
  type Position,
} from './core/index.ts';
import { editsOf } from './acts.ts';
import { CLOCK_NUMBER } from './clock-number.ts';
import { actActorTable, requestTable } from './manifest.ts';
import type { Replica } from './replica.ts';
import { askClaim } from './claiming.ts';
import { noteConflicts } from './conflict-index.ts';
import { mayWrite } from './rights.ts';
import { followRuled } from './ruled.ts';
import { createRow, readRow, setRow, toWire } from './rows.ts';
import { sealOperation, withoutErased } from './sealing.ts';
import { chainHead, insertMany } from './store.ts';

interface PartitionPart {
  firstN: number;
  operations: Operation[];
  digest: Uint8Array;
}

export function createRecorder(replica: Replica): Recorder {
  return {
    newId: () => replica.newId(),
    begin: (tx, header) => new OpenAct(replica, tx, header),
  };
}

class OpenAct implements ActRecorder {
  readonly #replica: Replica;
  readonly #tx: LocalTx;
  readonly #header: ActHeader;
  readonly #parts = new Map<string, PartitionPart>();
  readonly #touched = new Map<ReplicatedTable, { partition: string; id: string }[]>();
  constructor(replica: Replica, tx: LocalTx, header: ActHeader) {
    this.#replica = replica;
    this.#tx = tx;
    this.#header = header;
  }

  async append(tableName: string, row: RowValues & { partition: string; id?: string }): Promise<string> {
    const { partition, id = this.#replica.newId(), ...fields } = row;
    const table = this.#table(tableName, partition);
    if (table.rule) throw new Error(`${tableName} is ruled: write it with claim`);
    await this.#write(table, partition, id, 'create', fields);
    return id;
  }

  async claim(tableName: string, row: RowValues & { partition: string; id?: string }): Promise<Claimed> {
    const { partition, id = this.#replica.newId(), ...fields } = row;
    const table = this.#table(tableName, partition);
    const { state, share } = await askClaim(this.#replica, this.#tx, table, partition, fields);
    await this.#write(table, partition, id, 'create', { ...fields, ...share });
    return { id, state };
  }

  async settle(tableName: string, key: { partition: string; id: string }, settled: SettledField[]): Promise<void> {
    const table = this.#table(tableName, key.partition);
    if (table.class !== 'shared') throw new Error(`${tableName} keeps one value only`);
    const shown = new Map(settled.map(({ column, instead }) => [table.columns[column]?.n ?? 0, instead]));
    const fields = Object.fromEntries(settled.map(({ column, value }) => [column, value]));
    await this.#write(table, key.partition, key.id, 'set', fields, shown);
  }

  async update(tableName: string, key: { partition: string; id: string }, fields: RowValues): Promise<void> {
    const table = this.#table(tableName, key.partition);
    if (table.class === 'fact' || table.class === 'ruled') throw new Refusal('replication.fact-stays');
    await this.#write(table, key.partition, key.id, 'set', fields);
  }

  async request(partition: string, command: string, payload: RowValues): Promise<string> {
    return this.append(requestTable.name, { partition, command, payload: JSON.stringify(payload) });
  }

  async #write(
    table: ReplicatedTable,
    partition: string,
    id: string,
    kind: 'create' | 'set',
    fields: RowValues,
    shown?: ReadonlyMap<number, readonly Dot[]>,
  ): Promise<void> {
    const part = await this.#part(partition);
    const n = part.firstN + part.operations.length;
    const stamp = { ...this.#replica.origin(), n, at: this.#header.at, clock: CLOCK_NUMBER[this.#header.clockState] };
    const before = async () => (kind === 'set' && (await readRow(this.#tx, table, partition, id))?.values) || new Map();
    const wire = await withoutErased(this.#replica.keys, table, partition, id, toWire(table, fields), before);
    const operation: Operation = { n, table: table.number, row: id, kind, fields: wire };
    const written =
      kind === 'create'
        ? await createRow(this.#tx, table, partition, id, stamp, wire)
        : await setRow(this.#tx, table, partition, id, stamp, wire, {
            ...(shown ? { shown } : {}),
            goesOnAfter: (newest) => this.#goesOnAfter(newest, stamp.at),
          });
    if (!written) throw new Refusal('replication.no-row');
    if ('replaces' in written && Array.isArray(written.replaces)) operation.replaces = written.replaces;
    part.operations.push(await sealOperation(this.#replica.keys, table, partition, stamp, operation, written.state));
    part.digest = addDigests(part.digest, written.digest);
    if (kind === 'set') await noteConflicts(this.#tx, table, partition, [{ id, state: written.state }]);
    const touched = this.#touched.get(table) ?? [];
    touched.push({ partition, id });
    this.#touched.set(table, touched);
  }

  /** Another process of this hub, by a clock that is ahead, wrote the row: a change below its stamp would lose to what it changes. */
  #goesOnAfter(newest: number, at: number): void {
    if (newest < at || this.#tx.engine === 'sqlite') return;
    this.#replica.clock.observe(newest, 'synced');
    throw new StaleTransaction('the row has a later stamp than this change');
  }

  #table(name: string, partition: string): ReplicatedTable {
    const table = this.#replica.tables.byName.get(name);
    if (!table) throw new Error(`${name} is not a replicated table`);
    const where = readPartition(partition);
    if (!where || !table.partitions.includes(where.kind) || where.control !== table.control) {
      throw new Error(`${name} does not belong in the partition ${partition}`);
    }
    const verdict = mayWrite(this.#replica.site(), where, table.class);
    if (verdict) throw new Refusal(verdict);
    return table;
  }

  async #part(partition: string): Promise<PartitionPart> {
    const known = this.#parts.get(partition);
    if (known) return known;
    const part = { firstN: await this.#replica.nextNumber(this.#tx, partition), operations: [], digest: ZERO_DIGEST };
    this.#parts.set(partition, part);
    return part;
  }

  async finish(): Promise<void> {
    await this.#nameActor();
    for (const [table, rows] of this.#touched) await table.onApplied?.(this.#tx, rows);
    await this.#followRuled();
    const { site, device, run } = this.#replica.origin();
    const control = await this.#known();
    for (const [partition, part] of this.#parts) {
      const act: Act = {
        partition,
        site,
        device,
        run,
        firstN: part.firstN,
        header: {
          command: this.#header.command,
          ...(openToMany(partition) ? {} : { actor: this.#header.actor }),
          ...(this.#header.role ? { role: this.#header.role } : {}),
          at: this.#header.at,
          clock: CLOCK_NUMBER[this.#header.clockState],
          schema: this.#replica.schema,
          ...(control ? { control } : {}),
        },
        operations: part.operations,
      };
      const bytes = encodeAct(act);
      if (bytes.length > MAX_ACT_BYTES) throw new Refusal('replication.act-too-large');
      const count = part.operations.length;
      await this.#tx.local
        .insertInto('log_open')
        .values({ partition, device, run, first_n: part.firstN, count, act: bytes, digest: part.digest })
        .execute();
      await insertMany(this.#tx, 'log_edit', editsOf([act]));
      this.#replica.gaveNumbers(this.#tx, partition, part.firstN + count);
    }
    if (this.#parts.size > 0) onEnd(this.#tx, (committed) => committed && this.#replica.wrote());
  }

  /** The hub's words on its own claims stand in the same act. */
  async #followRuled(): Promise<void> {
    const written = [...this.#touched].flatMap(([table, rows]) => rows.map((row) => ({ table, ...row })));
    for (const [partition, rows] of Map.groupBy(written, (row) => row.partition)) {
      const touched = [...Map.groupBy(rows, ({ table }) => table)];
      await followRuled(
        this.#replica,
        this.#tx,
        partition,
        touched.map(([table, of]) => ({ table, rows: of.map(({ id }) => id) })),
        this.append.bind(this),
      );
    }
  }

  /** How far this site knows the hub's word: what the hub judges by when the act arrives months later. */
  async #known(): Promise<Position | undefined> {
    if (this.#replica.site().role === 'hub') return undefined;
    const chain = await chainHead(this.#tx, names.control(names.public), 0);
    return chain && { epoch: chain.epoch, seq: chain.seq };
  }

  /** In logs that many hold the header names role and site only; who acted stands where only the home and the hub read. */
  async #nameActor(): Promise<void> {
    if (this.#header.actor === 'system') return;
    const open = [...this.#parts].filter(([partition]) => openToMany(partition));
    const { role, id } = this.#replica.site();
    const where = role === 'hub' ? names.hub : id ? names.sitePrivate(id) : undefined;
    if (!where) return;
    const { site, run } = this.#replica.origin();
    for (const [partition, part] of open) {
      const row = {
        partition: where,
        of: partition,
        site,
        run,
        first_n: part.firstN,
        count: part.operations.length,
        actor: this.#header.actor,
      };
      await this.append(actActorTable.name, row);
    }
  }
}

/** Public and district logs are held by many sites. */
function openToMany(partition: string): boolean {
  const kind = readPartition(partition)?.kind;
  return kind === 'public' || kind === 'district';
}
