// The floor that the home page is compared with: node:http, the same queries on the same data, and a ready page of the same size.
// Run by home.ts: node bare.ts DATABASE QUERIES.json BYTES
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

const [, , database = '', queries = '', bytes = '0'] = process.argv;
const db = new DatabaseSync(database, { readOnly: true });
const statements = (JSON.parse(readFileSync(queries, 'utf8')) as { sql: string; parameters: SQLInputValue[] }[]).map(
  ({ sql, parameters }) => ({ statement: db.prepare(sql), parameters }),
);
const page = Buffer.alloc(Number(bytes), 'a');
const server = createServer((request, response) => {
  // `/ready` is the page without the queries: what a page cache is compared with
  if (request.url !== '/ready') for (const { statement, parameters } of statements) statement.all(...parameters);
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': page.length });
  response.end(page);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`{"ready":true,"url":"http://127.0.0.1:${(server.address() as AddressInfo).port}"}\n`);
});
