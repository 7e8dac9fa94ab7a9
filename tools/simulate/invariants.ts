// What must be true, after every action and once the faults have stopped.
import {
  addDigests,
  emptyShelf,
  decodeAct,
  hashOf,
  lessDigest,
  openSegment,
  rowKey,
  sameDigest,
  sealedColumns,
  subjectOf,
  takeActs,
  ZERO_DIGEST,
  type Act,
  type RowState,
} from '../../src/replication/server/core/index.ts';
import { mayHold } from '../../src/replication/server/rights.ts';
import { chainOf, wordOf, type Store } from './disk.ts';
import { partitionsOf } from './doings.ts';
import { dotKey, type Holder } from './holder.ts';
import type { SimTable } from './tables.ts';
import { erasedIn, given, givenTo, judgeOf, standingsOf, THINGS, bookOf, verdictsOf } from './words.ts';
import { Broken, holdersOf, keysOn, type World } from './world.ts';

/** Cheap enough to be asked after every action. */
export function checkAlways(world: World): void {
  checkQuotas(world);
  for (const holder of world.holders) {
    for (const [partition, store] of holder.disk.stores) {
      checkOnce(holder, partition, store);
      checkRight(holder, partition);
    }
    checkPromises(world, holder);
  }
  for (const site of world.sites) {
    checkWord(world, site);
    if (world.around.words) noteTold(world, site);
  }
}

/** What a telecentre shows as accepted by the hub. */
function noteTold(world: World, { disk, place }: Holder): void {
  const partition = `d/${place.district ?? ''}`;
  if (!disk.stores.has(`${partition}/control`)) return;
  for (const thing of THINGS)
    for (const [row, { state, reason }] of standingsOf(disk, partition, thing))
      if (state === 'accepted' && reason === 'room') world.told.set(row, { partition, thing });
}

function checkOnce(holder: Holder, partition: string, store: Store): void {
  for (const [key, times] of store.taken)
    if (times !== 1) throw new Broken('at most once', `${holder.number} ${partition} ${key} taken ${times} times`);
}

function checkRight(holder: Holder, partition: string): void {
  if (!mayHold(holder.place, partition)) throw new Broken('rights', `${holder.number} holds ${partition}`);
}

/** What a person was told is saved is on the disk where it was saved, or that disk was replaced. */
function checkPromises(world: World, holder: Holder): void {
  const here = keysOn(holder.disk);
  for (const { key, author, mayBeLost } of world.promised.values())
    if (author === holder && !mayBeLost && !here.has(key) && !world.replaced.has(holder))
      throw new Broken('nothing lost', `${key} is no longer at ${author.number}`);
}

const known = new WeakMap<Uint8Array, string[]>();

/** Identities in a segment, remembered: segments never change. */
function keysIn(bytes: Uint8Array): string[] {
  const before = known.get(bytes);
  if (before) return before;
  const keys = openSegment(bytes).acts.flatMap((act) => act.operations.map(({ n }) => dotKey({ ...act, n })));
  known.set(bytes, keys);
  return keys;
}

/** A receipt claims only what the hub has; a place in the feed has nothing missing before it. */
function checkWord(world: World, site: Holder): void {
  for (const partition of partitionsOf(site)) {
    const store = site.disk.stores.get(partition);
    const hub = world.hub.disk.stores.get(partition);
    const { acked, feedName, cursor } = wordOf(store, 0);
    const stored = chainOf(hub, site.number, acked.epoch)?.seq ?? 0;
    if (!world.hubRestored && acked.seq > stored)
      throw new Broken('receipts', `${site.number} ${partition}: receipted to ${acked.seq}, the hub has ${stored}`);
    if (!hub || feedName !== hub.feedName) continue;
    for (const segment of hub.segments) {
      if (segment.feed > cursor || segment.site === site.number) continue;
      if (!keysIn(segment.bytes).every((key) => store?.taken.has(key)))
        throw new Broken('no hole', `${site.number} ${partition}: feed ${segment.feed} is passed, not held`);
    }
  }
}

/** The digest is the sum over the rows, and the rows are what the log gives, in whatever order. */
export function checkRebuilt(holder: Holder, backwards: boolean): void {
  for (const [partition, store] of holder.disk.stores) {
    let digest = ZERO_DIGEST;
    for (const row of store.rows.values()) {
      const table = holder.tableOf(row.table);
      if (table) digest = addDigests(digest, hashOf(table, row.id, row.state.values));
    }
    for (const open of store.open) digest = lessDigest(digest, open.digest);
    if (!sameDigest(digest, store.digest)) throw new Broken('digest', `${holder.number} ${partition}`);
    checkRows(holder, partition, store, backwards);
  }
}

function checkRows(holder: Holder, partition: string, store: Store, backwards: boolean): void {
  const shelf = emptyShelf(partition, holder.tableOf, judgeOf(holder, partition, true));
  shelf.verdicts = verdictsOf(holder.disk, partition);
  for (const [subject, keys] of store.keys) shelf.keys.set(subject, keys);
  const seen = new Set<string>();
  const acts = actsOf(store);
  if (backwards) acts.reverse();
  for (const act of acts)
    for (const operation of act.operations) {
      const key = dotKey({ ...act, n: operation.n });
      if (seen.has(key)) continue;
      seen.add(key);
      takeActs(shelf, [{ ...act, firstN: operation.n, operations: [operation] }], []);
    }
  for (const [key, row] of shelf.rows)
    if (shown(holder, row.table as SimTable, row.state) !== shownRow(holder, store, key))
      throw new Broken('rows are what the log gives', `${holder.number} ${partition} ${key}`);
  for (const key of store.rows.keys())
    if (!shelf.rows.has(key)) throw new Broken('rows are what the log gives', `${holder.number} ${partition} ${key}`);
}

function actsOf(store: Store): Act[] {
  return [
    ...store.segments.flatMap(({ bytes }) => openSegment(bytes).acts),
    ...store.open.map(({ act }) => decodeAct(act)),
  ];
}

function shownRow(holder: Holder, store: Store, key: string): string {
  const row = store.rows.get(key);
  const table = row && holder.tableOf(row.table);
  return row && table ? shown(holder, table, row.state) : '';
}

/** Open fields only: whose key is not here sees noise in the others. */
function shown(_: Holder, table: SimTable, state: RowState): string {
  const sealed = sealedColumns(table);
  return JSON.stringify([...state.values].filter(([column, value]) => !sealed.has(column) && value !== null).sort());
}

/** Faults stop, and everybody meets the hub: then all hold the same, and one more meeting is one round trip with nothing in it. */
export function checkConverges(world: World): void {
  world.heal();
  checkAlways(world);
  const before = new Map(world.sites.map((site) => [site, keysOn(site.disk)]));
  // a hub that lost its disk answers once all were there
  const last = world.around.words ? 2 : 1;
  for (let round = 0; round <= last; round++)
    for (const site of world.sites) {
      const { ended, tally } = world.meet(site);
      if (!ended?.ok) throw new Broken('a session without faults ends well', `${site.number}: ${String(ended?.error)}`);
      if (round === last && tally.differ.length > 0)
        throw new Broken('digests agree', `${site.number} ${tally.differ}`);
    }
  for (const site of world.sites) {
    const { requests, tally, ended } = world.meet(site);
    const most = world.clones.length > 0 ? 2 : 1; // two copies take each other's token
    if (!ended?.ok || requests > most || tally.segments.up + tally.segments.down > 0 || tally.differ.length > 0)
      throw new Broken('nothing to send is one round trip', `${site.number}: ${requests} ${JSON.stringify(tally)}`);
  }
  checkAlways(world);
  for (const holder of world.holders) for (const backwards of [false, true]) checkRebuilt(holder, backwards);
  checkSame(world);
  checkWords(world, before);
}

function checkSame(world: World): void {
  const { hub } = world;
  for (const site of world.sites)
    for (const partition of givenTo(hub.disk, site)) {
      const here = [...(site.disk.stores.get(partition)?.taken.keys() ?? [])].sort().join();
      const there = [...(hub.disk.stores.get(partition)?.taken.keys() ?? [])].sort().join();
      if (here !== there) throw new Broken('all hold the same', `${site.number} ${partition}: ${here} | ${there}`);
      checkSameRows(site, hub, partition);
    }
  const onDisk = new Map(world.holders.map((holder) => [holder, keysOn(holder.disk)]));
  for (const { key, partition, mayBeLost } of world.promised.values())
    for (const holder of mayBeLost ? [] : holdersOf(world, partition))
      if (holder.hub || givenTo(hub.disk, holder).includes(partition))
        if (!onDisk.get(holder)?.has(key)) throw new Broken('nothing lost', `${key} never came to ${holder.number}`);
}

/** Rows as shown, personal fields among them, where both programs know the same columns. */
function checkSameRows(site: Holder, hub: Holder, partition: string): void {
  if (site.disk.schema !== hub.disk.schema) return;
  const mine = site.disk.stores.get(partition);
  const theirs = hub.disk.stores.get(partition);
  for (const [key, { table, state }] of theirs?.rows ?? []) {
    const other = mine?.rows.get(key);
    const all = (of: RowState | undefined) =>
      JSON.stringify([...(of?.values ?? [])].filter(([, value]) => value !== null).sort());
    if (all(state) !== all(other?.state))
      throw new Broken(
        'rows agree',
        `${site.number} ${partition} ${rowKey(table, key)}: ${all(state)} | ${all(other?.state)}`,
      );
  }
}

/** Never more than there is, by the hub's own words; an image or a second copy of a borrower may have used its share twice. */
function checkQuotas(world: World): void {
  if (!world.around.words || world.replaced.size > (world.hubRestored ? 1 : 0) || world.clones.length > 0) return;
  const { hub } = world;
  if (world.hubRestored && world.revoked.size > 0) return; // who was ended is not waited for
  for (const partition of hub.disk.stores.keys())
    for (const thing of partition.startsWith('d/') && !partition.endsWith('/control') ? THINGS : []) {
      const units = given(hub.disk, partition, thing);
      const { capacity } = bookOf(hub.disk, partition, thing);
      if (units > (capacity ?? 0))
        throw new Broken('quotas are never exceeded', `${partition} ${thing}: ${units} of ${capacity}`);
    }
}

/** After all have met: what the hub said is so everywhere, and who was ended got nothing more. */
function checkWords(world: World, before: ReadonlyMap<Holder, Set<string>>): void {
  if (!world.around.words) return;
  if (world.hub.disk.refilling)
    throw new Broken('a hub is whole once all were there', [...world.hub.disk.refilling].join());
  for (const site of world.sites) {
    checkQuarantine(world, site);
    checkNothingMore(world, site, before.get(site) ?? new Set());
  }
  for (const holder of world.holders) checkErased(world, holder);
  checkRuled(world);
  checkRevoked(world);
}

/** Quarantined and rejected operations are so at both ends, for one reason. */
function checkQuarantine({ hub }: World, site: Holder): void {
  const told = (holder: Holder, partition: string) =>
    (holder.disk.stores.get(partition)?.quarantine ?? [])
      .map((kept) => `${dotKey(kept)} ${kept.state} ${kept.reason}`)
      .sort()
      .join('; ');
  for (const partition of givenTo(hub.disk, site)) {
    const [here, there] = [told(site, partition), told(hub, partition)];
    if (here !== there)
      throw new Broken('quarantine visible at both ends', `${site.number} ${partition}: ${here} | ${there}`);
  }
}

/** Of whoever was erased no key is left and nothing stands opened, where the hub was met since. */
function checkErased({ hub }: World, holder: Holder): void {
  for (const [partition, store] of holder.disk.stores) {
    const heard = holder.hub || givenTo(hub.disk, holder).includes(`${partition}/control`);
    for (const subject of heard ? erasedIn(hub.disk, partition) : []) {
      if (store.keys.has(subject))
        throw new Broken('erased for good', `${holder.number} ${partition}: key of ${subject}`);
      for (const row of store.rows.values()) {
        const table = holder.tableOf(row.table);
        if (!table || subjectOf(table, row.id, row.state.values) !== subject) continue;
        for (const column of sealedColumns(table)) {
          const shown = [row.state.values.get(column), ...(row.state.live.get(column) ?? []).map(({ value }) => value)];
          if (shown.some((value) => value !== null && value !== undefined))
            throw new Broken('erased for good', `${holder.number} ${partition} ${row.id}: ${String(shown)}`);
        }
      }
    }
  }
}

/** Who was ended or blocked gets nothing of what it is not given any more, once it has no request under way. A hub that went back may have forgotten its word until it is given back. */
function checkNothingMore({ hub, hubRestored }: World, site: Holder, before: ReadonlySet<string>): void {
  if (hubRestored) return;
  const given = givenTo(hub.disk, site);
  for (const [partition, { taken }] of site.disk.stores)
    for (const key of given.includes(partition) ? [] : taken.keys())
      if (!before.has(`${partition} ${key}`) && !key.startsWith(`${site.number}.`))
        throw new Broken('rights', `${site.number}, no member, was given ${key} of ${partition}`);
}

/** Every claim has a word, the same everywhere, and what was told within a share stands. */
function checkRuled(world: World): void {
  const { hub } = world;
  for (const partition of [...hub.disk.stores.keys()].filter((name) => /^d\/\d+$/.test(name)))
    for (const thing of THINGS) {
      const there = standingsOf(hub.disk, partition, thing);
      for (const [row, { state }] of there)
        if (state === 'provisional') throw new Broken('every claim is answered', `${partition} ${thing} ${row}`);
      for (const site of world.sites) {
        if (!givenTo(hub.disk, site).includes(partition)) continue;
        const here = standingsOf(site.disk, partition, thing);
        if (JSON.stringify([...here].sort()) !== JSON.stringify([...there].sort()))
          throw new Broken('claims stand the same everywhere', `${site.number} ${partition} ${thing}`);
      }
    }
  checkTold(world);
  if (world.replaced.size > 0 || world.clones.length > 0) return;
  for (const { key, partition, within, author } of world.promised.values()) {
    if (within === undefined || world.revoked.has(author.number)) continue;
    const store = hub.disk.stores.get(partition);
    const row = [...(store?.rows.values() ?? [])].find(({ state }) => `${partition} ${dotKey(state.made)}` === key);
    const standing = THINGS.map((thing) => standingsOf(hub.disk, partition, thing).get(row?.id ?? '')).find(Boolean);
    if (standing?.state !== 'accepted')
      throw new Broken('what was told within a share stands', `${key}: ${JSON.stringify(standing)}`);
  }
}

/** Who was told at a telecentre that the hub accepted something keeps it, also when the hub's disk went back, unless it was set aside. */
function checkTold(world: World): void {
  const onlyHub = world.replaced.size === (world.hubRestored ? 1 : 0);
  if (!onlyHub || world.clones.length > 0 || world.revoked.size > 0) return;
  for (const [row, { partition, thing }] of world.told) {
    const standing = standingsOf(world.hub.disk, partition, thing).get(row);
    if (standing && standing.state !== 'accepted')
      throw new Broken('what the hub gave stays given', `${partition} ${thing} ${row}: ${JSON.stringify(standing)}`);
  }
}

/** *Ended*: what was written unaware counts. *Compromised*: what the hub had. A hub that went back may have forgotten what it had. */
function checkRevoked(world: World): void {
  if (world.hubRestored) return;
  const { hub } = world;
  for (const { key, partition, author, aware } of world.promised.values()) {
    const revoked = world.revoked.get(author.number);
    if (!revoked || author.hub || world.decided.has(key) || world.replaced.has(author)) continue;
    const kept = hub.disk.stores.get(partition)?.quarantine.find((one) => `${partition} ${dotKey(one)}` === key);
    if (kept && kept.reason !== 'site-ended' && kept.reason !== 'site-compromised') continue;
    const expected = revoked.how === 'ended' ? aware : !revoked.hub.has(key);
    if (expected !== (kept !== undefined))
      throw new Broken('ended and compromised', `${key}: ${revoked.how}, aware ${aware}, ${kept?.reason ?? 'counts'}`);
  }
}
