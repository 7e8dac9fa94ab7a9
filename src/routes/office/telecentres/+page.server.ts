// The coordinator's view: a map and a table of every telecentre, those that need help first.
import type { PageServerLoad } from './$types';
import { listDistricts } from '#modules/territory';
import { can } from '#platform/permissions';
import { listSites, NEEDS } from '#replication';
import { enterArea } from '../../area.ts';
import { districtOutlines } from '../../outlines.ts';
import { telecentreBoard } from './board.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const actor = enterArea(locals, url, 'statistics.read');
  const asked = (name: string) => (url.searchParams.get(name) ?? '').slice(0, 80);
  const filter = { name: asked('name'), district: asked('district'), need: asked('need') };
  const { people, ...board } = await telecentreBoard(locals, { ...filter, page: Number(asked('page')) || 0 });
  const { read } = locals.app.db;
  const sites = (await listSites(read)).filter(({ id, district }) =>
    can(actor, 'statistics.read', { site: id, district }),
  );
  const districts = (await listDistricts(read))
    .filter(({ ubigeo }) => sites.some(({ district }) => district === ubigeo))
    .map(({ ubigeo, name }) => ({ ubigeo: ubigeo ?? '', name }));
  return {
    ...board,
    filter,
    needs: NEEDS,
    districts,
    ...(await districtOutlines(locals, districts)),
    sites: sites.map(({ id, name, district }) => ({ id, name, district, people: people.get(id) ?? null })),
  };
};
