// Properties of scopes: what holds what, and that no grant ever reaches further than it says.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  anonymous,
  can,
  contains,
  holdsSomewhere,
  rolePermissions,
  scopesFor,
  system,
  type Actor,
  type Grant,
  type Scope,
} from './permissions.ts';
import { defineModule } from './manifest.ts';

/** A small world, so that scopes meet: two provinces, three districts, four sites, two organisations. */
const DISTRICTS = ['120606', '120608', '120701'];
const SITES = [
  { site: 'SITE1', district: '120608' },
  { site: 'SITE2', district: '120608' },
  { site: 'SITE3', district: '120606' },
  { site: 'SITE4', district: '120701' },
];
const ORGANISATIONS = [
  { organisation: 'ORG1', district: '120608' },
  { organisation: 'ORG2', district: '120701' },
];
const PERMISSIONS = ['visits.register', 'people.read', 'accounts.manage'];
const DAYS = ['2026-01-01', '2026-06-15', '2026-12-31'];

const scope: fc.Arbitrary<Scope> = fc.oneof(
  fc.constant<Scope>({ programme: true }),
  fc.constantFrom('1206', '1207').map((province): Scope => ({ province })),
  fc.constantFrom(...DISTRICTS).map((district): Scope => ({ district })),
  fc.constantFrom<Scope>(...SITES),
  fc.constantFrom<Scope>(...ORGANISATIONS, { organisation: 'ORG1' }),
);
const day = fc.option(fc.constantFrom(...DAYS), { nil: undefined });
const grant: fc.Arbitrary<Grant> = fc.record({
  role: fc.constantFrom('operator', 'administrator'),
  scope,
  permissions: fc.uniqueArray(fc.constantFrom(...PERMISSIONS)).map((list) => new Set(list)),
  from: day,
  to: day,
});
const permission = fc.constantFrom(...PERMISSIONS);
const actorWith = (grants: Grant[]): Actor => ({ kind: 'account', account: 'SOMEBODY', grants, language: 'es' });
const actor = fc.array(grant, { maxLength: 4 }).map(actorWith);

/** What a scope covers, counted out by hand: the places and organisations of the small world that lie in it. */
function covers(one: Scope): Set<string> {
  const out = new Set<string>();
  const all = 'programme' in one;
  for (const { site, district } of SITES)
    if (
      all ||
      ('province' in one && district.startsWith(one.province)) ||
      ('site' in one ? one.site === site : !('organisation' in one) && 'district' in one && one.district === district)
    )
      out.add(site);
  return out;
}

describe('what holds what is a partial order', () => {
  test('everything holds itself', () => {
    fc.assert(fc.property(scope, (a) => contains(a, a)));
  });

  test('what holds something that holds a third holds the third', () => {
    fc.assert(
      fc.property(scope, scope, scope, (a, b, c) => {
        fc.pre(contains(a, b) && contains(b, c));
        return contains(a, c);
      }),
      { numRuns: 2_000 },
    );
  });

  test('two that hold each other are the same place', () => {
    fc.assert(
      fc.property(scope, scope, (a, b) => {
        if (contains(a, b) && contains(b, a)) expect(a).toEqual(b);
      }),
      { numRuns: 2_000 },
    );
  });

  test('the programme holds all and is held by nothing less', () => {
    fc.assert(
      fc.property(scope, (a) => {
        expect(contains({ programme: true }, a)).toBe(true);
        expect(contains(a, { programme: true })).toBe('programme' in a);
      }),
    );
  });

  test('what is held covers no telecentre that its holder does not', () => {
    fc.assert(
      fc.property(scope, scope, (a, b) => {
        fc.pre(contains(a, b));
        expect([...covers(b)].filter((site) => !covers(a).has(site))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each<[Scope, Scope]>([
    [{ district: '120608' }, { province: '1206' }],
    [{ district: '120608' }, { district: '120606' }],
    [{ province: '1206' }, { district: '120701' }],
    [{ site: 'SITE1', district: '120608' }, { district: '120608' }],
    [
      { site: 'SITE1', district: '120608' },
      { site: 'SITE2', district: '120608' },
    ],
    [{ organisation: 'ORG1' }, { district: '120608' }],
    [
      { organisation: 'ORG1', district: '120608' },
      { site: 'SITE1', district: '120608' },
    ],
    // an organisation whose district is not said lies in no district
    [{ district: '120608' }, { organisation: 'ORG1' }],
    [{ organisation: 'ORG1', district: '120608' }, { organisation: 'ORG1' }],
  ])('%o does not hold %o', (outer, inner) => {
    expect(contains(outer, inner)).toBe(false);
  });
});

describe('can', () => {
  test('only what a grant in time gives at a place that it holds', () => {
    fc.assert(
      fc.property(
        actor,
        permission,
        scope,
        fc.option(fc.constantFrom(...DAYS), { nil: undefined }),
        (who, what, where, today) => {
          const expected = who.grants.some(
            (one) =>
              one.permissions.has(what) &&
              contains(one.scope, where) &&
              (today === undefined ||
                ((one.from === undefined || one.from <= today) && (one.to === undefined || one.to >= today))),
          );
          expect(can(who, what, where, today)).toBe(expected);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('whoever may at a place may in every part of it', () => {
    fc.assert(
      fc.property(actor, permission, scope, scope, (who, what, outer, inner) => {
        fc.pre(contains(outer, inner) && can(who, what, outer));
        return can(who, what, inner);
      }),
      { numRuns: 2_000 },
    );
  });

  test('never widens: more grants take nothing away, and each grant alone explains what it gives', () => {
    fc.assert(
      fc.property(fc.array(grant, { maxLength: 4 }), grant, permission, scope, (grants, more, what, where) => {
        const before = can(actorWith(grants), what, where);
        const after = can(actorWith([...grants, more]), what, where);
        if (before) expect(after).toBe(true);
        if (after && !before) expect(can(actorWith([more]), what, where)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test('a day only narrows', () => {
    fc.assert(
      fc.property(actor, permission, scope, fc.constantFrom(...DAYS), (who, what, where, today) => {
        if (can(who, what, where, today)) expect(can(who, what, where)).toBe(true);
      }),
    );
  });

  test('nobody signed in may nothing, the program everything', () => {
    fc.assert(
      fc.property(permission, scope, (what, where) => {
        expect(can(anonymous(), what, where)).toBe(false);
        expect(can(system, what, where)).toBe(true);
      }),
    );
  });

  test('menus and lists say the same: somewhere exactly when there is a scope, and there it may', () => {
    fc.assert(
      fc.property(actor, permission, (who, what) => {
        const scopes = scopesFor(who, what);
        expect(holdsSomewhere(who, what)).toBe(scopes.length > 0);
        for (const one of scopes) expect(can(who, what, one)).toBe(true);
      }),
    );
  });
});

test('a shipped role is the union of what every module gives it', () => {
  const roles = rolePermissions([
    defineModule({
      name: 'a',
      roles: [
        { role: 'operator', permissions: ['a.read'] },
        { role: 'donor', permissions: [] },
      ],
    }),
    defineModule({ name: 'b', roles: [{ role: 'operator', permissions: ['b.write', 'a.read'] }] }),
  ]);
  expect(roles.get('operator')).toEqual(new Set(['a.read', 'b.write']));
  expect(roles.get('donor')).toEqual(new Set());
  expect(roles.get('emperor')).toBeUndefined();
});
