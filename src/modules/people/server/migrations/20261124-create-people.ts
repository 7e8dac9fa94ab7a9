// People: the replicated tables and, beside them, the local keys for search, duplicates, consent and figures.
import { textType } from '#platform/dialect';
import type { Migration } from '#platform/manifest';
import { consent, household, householdMember, person, personDetail, personLink, personProfile } from '../tables.ts';

export const createPeople: Migration = {
  id: '20261124-create-people',
  async up({ db, engine, createReplicated }) {
    for (const table of [person, personDetail, household, householdMember, consent, personProfile, personLink])
      await createReplicated(table);
    const text = textType(engine) as never;
    const { schema } = db;
    for (const column of ['person', 'other'])
      await schema
        .createIndex(`person_link_${column}`)
        .on('person_link')
        .columns([column] as never)
        .execute();
    await schema
      .createIndex('person_by_id')
      .on('person')
      .columns(['id'] as never)
      .execute();
    await schema
      .createIndex('consent_person')
      .on('consent')
      .columns(['person'] as never)
      .execute();
    await schema
      .createIndex('person_profile_person')
      .on('person_profile')
      .columns(['person'] as never)
      .execute();
    await schema
      .createIndex('household_member_person')
      .on('household_member')
      .columns(['person'] as never)
      .execute();
    await schema
      .createIndex('household_member_household')
      .on('household_member')
      .columns(['household'] as never)
      .execute();
    await schema
      .createTable('person_search')
      .addColumn('token', text, (column) => column.notNull())
      .addColumn('person', text, (column) => column.notNull())
      .addColumn('partition', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('person_search_key', ['token', 'person', 'partition'] as never)
      .execute();
    await schema
      .createIndex('person_search_person')
      .on('person_search')
      .columns(['person', 'token'] as never)
      .execute();
    await schema
      .createTable('person_duplicate')
      .addColumn('key', text, (column) => column.notNull())
      .addColumn('birth_year', 'bigint')
      .addColumn('person', text, (column) => column.notNull())
      .addColumn('partition', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('person_duplicate_key', ['key', 'person', 'partition'] as never)
      .execute();
    await schema
      .createIndex('person_duplicate_person')
      .on('person_duplicate')
      .columns(['person'] as never)
      .execute();
    await schema
      .createTable('consent_state')
      .addColumn('person', text, (column) => column.notNull())
      .addColumn('purpose', text, (column) => column.notNull())
      .addColumn('answer', text, (column) => column.notNull())
      .addColumn('expires', text)
      .addColumn('consent', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('consent_state_key', ['person', 'purpose'] as never)
      .execute();
    await schema
      .createTable('person_alias')
      .addColumn('person', text, (column) => column.primaryKey())
      .addColumn('counts_as', text, (column) => column.notNull())
      .execute();
    await schema
      .createIndex('person_alias_counts_as')
      .on('person_alias')
      .columns(['counts_as'] as never)
      .execute();
    await schema
      .createTable('profile_state')
      .addColumn('person', text, (column) => column.primaryKey())
      .addColumn('sex', text)
      .addColumn('birth_year', 'bigint')
      .addColumn('district', text)
      .addColumn('place', text)
      .addColumn('people', text)
      .addColumn('language', text)
      .execute();
  },
};
