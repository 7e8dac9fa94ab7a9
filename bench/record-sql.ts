// Loaded into a process (--import): writes each statement that is asked, with its values, into the file RECORD_SQL while there is one.
import { appendFileSync, existsSync } from 'node:fs';
import { DatabaseSync, StatementSync, type SQLInputValue } from 'node:sqlite';

const file = process.env.RECORD_SQL ?? '';
const texts = new WeakMap<StatementSync, string>();
const { prepare } = DatabaseSync.prototype;
const { all } = StatementSync.prototype;
DatabaseSync.prototype.prepare = function (...given: Parameters<typeof prepare>) {
  const statement = Reflect.apply(prepare, this, given) as StatementSync;
  texts.set(statement, given[0]);
  return statement;
};
StatementSync.prototype.all = function (this: StatementSync, ...parameters: SQLInputValue[]) {
  const sql = texts.get(this) ?? '';
  if (existsSync(file) && sql.startsWith('select')) appendFileSync(file, `${JSON.stringify({ sql, parameters })}\n`);
  return Reflect.apply(all, this, parameters);
} as typeof all;
