// The tables of a PostgreSQL database as lines of JSON, in one snapshot, and back into an empty one.
import pg from 'pg';

const AT_ONCE = 500;
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

async function tablesOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1",
  );
  return rows.map((row) => row.name);
}

/** Every row of every table, one line each: the table's name, a tab, the row. Consistent however long it takes. */
export async function* dumpTables(databaseUrl: string): AsyncIterable<Uint8Array> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    for (const table of await tablesOf(client)) {
      await client.query(
        `DECLARE rows NO SCROLL CURSOR FOR SELECT row_to_json(t)::text AS row FROM ${quoted(table)} t`,
      );
      for (;;) {
        const { rows } = await client.query<{ row: string }>(`FETCH ${AT_ONCE} FROM rows`);
        if (rows.length === 0) break;
        yield Buffer.from(rows.map(({ row }) => `${table}\t${row}\n`).join(''));
      }
      await client.query('CLOSE rows');
    }
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

/** Puts all rows into a database that has the tables and no rows, in one transaction. Errors: Error when a table is not empty. */
export async function loadTables(databaseUrl: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    const known = new Set(await tablesOf(client));
    await client.query('DELETE FROM schema_migration');
    let waiting: string[] = [];
    let table = '';
    const flush = async () => {
      if (waiting.length === 0) return;
      if (!known.has(table)) throw new Error(`the backup has a table ${table} that this version does not know`);
      const sql = `INSERT INTO ${quoted(table)} SELECT * FROM json_populate_recordset(NULL::${quoted(table)}, $1::json)`;
      await client.query(sql, [`[${waiting.join(',')}]`]);
      waiting = [];
    };
    for await (const line of linesOf(content)) {
      const at = line.indexOf('\t');
      const name = line.slice(0, at);
      if (name !== table || waiting.length >= AT_ONCE) await flush();
      table = name;
      waiting.push(line.slice(at + 1));
    }
    await flush();
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    await client.end();
  }
}

export async function* linesOf(content: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of content) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest) yield rest;
}
