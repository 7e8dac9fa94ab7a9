// Decisions that wait for the hub's answer or that it did not accept, for the telecentre's page and the hub's: words instead of codes.
import { listClaims, listSites, type ListedClaim } from '#replication';
import { findPeopleWithNames } from '#modules/people';
import { nameSupports } from '#modules/proposals';
import { hasText, text } from '#lib/text/index.ts';

export interface ShownClaim extends Pick<ListedClaim, 'row' | 'state' | 'at'> {
  what: string;
  /** Address of what it is about; empty where it is not here. */
  href: string;
  /** Whose decision it is; empty where whoever asks may not know. */
  who: string;
  siteName: string;
  /** Why it was not accepted. */
  why: string;
}

/** Shown of each kind; a telecentre rarely has more than a few. */
const MOST = 100;

export interface ShownClaims {
  claims: ShownClaim[];
  more: boolean;
}

export async function shownClaims({ replica, app, actor, language }: App.Locals, site?: number): Promise<ShownClaims> {
  const { read } = app.db;
  const listed: ListedClaim[] = [];
  let more = false;
  for (const state of ['provisional', 'refused'] as const) {
    const some = await listClaims(replica, { site, state, limit: MOST + 1 });
    more ||= some.length > MOST;
    listed.push(...some.slice(0, MOST));
  }
  const supports = await nameSupports(
    read,
    listed.map(({ row }) => row),
  );
  const people = await findPeopleWithNames(
    read,
    actor,
    supports.map(({ person }) => person),
  );
  const names = new Map(people.map(({ id, given, surnames }) => [id, `${given} ${surnames}`]));
  const sites = new Map((await listSites(read)).map(({ number, name }) => [number, name]));
  const words = (key: string, otherwise: string) => (hasText(language, key) ? text(language, key) : otherwise);
  const claims = listed.map(({ row, state, at, table, reason, site: by }) => {
    const about = supports.find((one) => one.row === row);
    const kind = words(`quarantine.table.${table}`, table);
    return {
      ...{ row, state, at, siteName: sites.get(by) ?? '' },
      what: about ? text(language, 'claims.support', { title: about.title }) : kind,
      href: about ? `/proposals/${about.proposal}` : '',
      who: (about && names.get(about.person)) ?? '',
      why:
        state === 'refused'
          ? words(`claims.reason.${reason}`, text(language, 'quarantine.reason.other', { code: reason }))
          : '',
    };
  });
  return { claims, more };
}
