// Probable duplicates by likeness: keys, pairs and the decisions that count, made from the cards and links that are here already.
import type { Kysely } from 'kysely';
import type { Tables } from '#platform/db';
import { textType } from '#platform/dialect';
import type { Migration } from '#platform/manifest';
import { compareAll } from '../compare.ts';
import { rebuildDecisions } from '../links.ts';

export const comparePeople: Migration = {
  id: '20261127-compare-people',
  async up({ db, engine }) {
    const text = textType(engine) as never;
    const { schema } = db;
    await schema.dropTable('person_duplicate').execute();
    await schema
      .createTable('person_block')
      .addColumn('key', text, (column) => column.notNull())
      .addColumn('birth_year', 'integer', (column) => column.notNull())
      .addColumn('person', text, (column) => column.notNull())
      .addColumn('partition', text, (column) => column.notNull())
      .execute();
    await schema
      .createIndex('person_block_key')
      .on('person_block')
      .columns(['key', 'birth_year', 'person'] as never)
      .execute();
    await schema
      .createIndex('person_block_person')
      .on('person_block')
      .columns(['person'] as never)
      .execute();
    await schema
      .createTable('person_pair')
      .addColumn('person', text, (column) => column.notNull())
      .addColumn('other', text, (column) => column.notNull())
      .addColumn('partition', text, (column) => column.notNull())
      .addColumn('other_partition', text, (column) => column.notNull())
      .addColumn('score', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('person_pair_key', ['person', 'other'] as never)
      .execute();
    for (const column of ['other', 'score'])
      await schema
        .createIndex(`person_pair_${column}`)
        .on('person_pair')
        .columns([column] as never)
        .execute();
    await schema
      .createTable('person_compare')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('turn', 'bigint', (column) => column.notNull())
      .execute();
    await schema
      .createTable('person_decision')
      .addColumn('person', text, (column) => column.notNull())
      .addColumn('other', text, (column) => column.notNull())
      .addColumn('partition', text, (column) => column.notNull())
      .addColumn('verdict', text, (column) => column.notNull())
      .addColumn('link', text, (column) => column.notNull())
      .addColumn('made_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('person_decision_key', ['person', 'other'] as never)
      .execute();
    for (const column of ['other', 'made_at'])
      await schema
        .createIndex(`person_decision_${column}`)
        .on('person_decision')
        .columns([column] as never)
        .execute();
    const tables = db as unknown as Kysely<Tables>; // reason: the tables of people are today's
    await compareAll(tables, tables);
    await rebuildDecisions(tables, tables);
  },
};
