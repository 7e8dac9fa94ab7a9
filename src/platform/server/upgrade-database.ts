// A copy of a PostgreSQL database for the time of an upgrade, made by the server itself, and the way back to it.
import pg from 'pg';

/** Longest name PostgreSQL takes. */
const LONGEST = 63;
const SUFFIX = '_before_upgrade';

interface Names {
  database: string;
  copy: string;
  making: string;
}

function namesOf(url: string): Names {
  const database = decodeURIComponent(new URL(url).pathname.slice(1));
  if (!database) throw new Error('DATABASE_URL names no database.');
  const stem = database.slice(0, LONGEST - SUFFIX.length - 1);
  return { database, copy: stem + SUFFIX, making: `${stem}${SUFFIX}_` };
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Works on the server from a database that is not the one in question. */
async function onServer<T>(url: string, work: (client: pg.Client, names: Names) => Promise<T>): Promise<T> {
  const names = namesOf(url);
  const address = new URL(url);
  address.pathname = names.database === 'postgres' ? '/template1' : '/postgres';
  const client = new pg.Client({ connectionString: address.href });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client, names);
  } finally {
    await client.end();
  }
}

async function exists(client: pg.Client, name: string): Promise<boolean> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  return rowCount === 1;
}

/** Errors: Error in words when somebody else is connected or the account may not make databases. */
export function takeDatabaseCopy(url: string): Promise<void> {
  return onServer(url, async (client, { database, copy, making }) => {
    const { rows } = await client.query<{ others: string }>(
      'SELECT count(*) AS others FROM pg_stat_activity WHERE datname = $1',
      [database],
    );
    const others = Number(rows[0]?.others ?? 0);
    if (others > 0)
      throw new Error(
        `${others} connections to the database ${database} are open. Stop every process of the program (on all machines) first.`,
      );
    for (const name of [making, copy]) await client.query(`DROP DATABASE IF EXISTS ${quoted(name)}`);
    try {
      await client.query(`CREATE DATABASE ${quoted(making)} TEMPLATE ${quoted(database)}`);
    } catch (error) {
      if ((error as { code?: string }).code !== '42501') throw error;
      throw new Error(
        `The account of DATABASE_URL may not copy its database. Give it the right: ALTER ROLE … CREATEDB, and make it the owner of ${database}.`,
        { cause: error },
      );
    }
    await client.query(`ALTER DATABASE ${quoted(making)} RENAME TO ${quoted(copy)}`);
  });
}

/** May be repeated: with the copy gone it is already done. */
export function restoreDatabaseCopy(url: string): Promise<void> {
  return onServer(url, async (client, { database, copy }) => {
    if (!(await exists(client, copy))) {
      if (await exists(client, database)) return;
      throw new Error(`Neither the database ${database} nor its copy ${copy} is there.`);
    }
    await client.query(`DROP DATABASE IF EXISTS ${quoted(database)} WITH (FORCE)`);
    await client.query(`ALTER DATABASE ${quoted(copy)} RENAME TO ${quoted(database)}`);
  });
}

export function dropDatabaseCopy(url: string): Promise<void> {
  return onServer(url, async (client, { copy, making }) => {
    for (const name of [making, copy]) await client.query(`DROP DATABASE IF EXISTS ${quoted(name)}`);
  });
}
