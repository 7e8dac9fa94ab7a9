// What the courier's pages at the desk and at the office have in common: make a file, take files in, show a slip, hand the file to the browser.
import { createReadStream, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { error, redirect, type ActionFailure } from '@sveltejs/kit';
import {
  bundleFolder,
  courierStatus,
  findMade,
  findSiteByNumber,
  makeBundle,
  peerNamed,
  unpackBundles,
  type BundleSource,
  type UnpackReport,
} from '#replication';
import { Refusal, storageRefusal } from '#platform/errors';
import { can } from '#platform/permissions';
import { text } from '#lib/text/index.ts';
import { enterArea } from './area.ts';
import { proofOf, refuse, word, type RefusedForm } from './run-form.ts';

const RIGHT = 'replication.operate';
export type Base = '/desk/courier' | '/office/courier';
interface At {
  locals: App.Locals;
  url: URL;
}

/** Signed in and allowed, at the area of this installation: the hub's is the office, a telecentre's the desk. */
export function enterCourier({ locals, url }: At, base: Base): void {
  enterArea(locals, url, RIGHT);
  const right: Base = locals.app.site.role === 'hub' ? '/office/courier' : '/desk/courier';
  if (base !== right) redirect(303, right);
}

/** Which sites of the hub this person may send to; at a telecentre there is only the hub. */
const mayServe =
  ({ actor }: App.Locals) =>
  (site: { id: string; district: string }) =>
    can(actor, RIGHT, { site: site.id, district: site.district });

export async function loadCourier(event: At, base: Base) {
  enterCourier(event, base);
  const { locals } = event;
  const status = await courierStatus(locals.replica, mayServe(locals));
  return { proof: proofOf(locals), base, status };
}

/** Makes the file and leads to its slip. */
export async function makeFile(event: At & { request: Request }, base: Base): Promise<ActionFailure<RefusedForm>> {
  enterCourier(event, base);
  const { locals, request } = event;
  const form = await request.formData();
  const to = base === '/desk/courier' ? 'hub' : word(form, 'to');
  let number: number;
  try {
    const peer = await peerNamed(locals.replica, to);
    if (!(await maySee(locals, peer.number))) throw new Refusal('permissions.denied');
    number = (await makeBundle(locals.replica, peer)).number;
  } catch (caught) {
    return refused('make', caught, { to });
  }
  redirect(303, `${base}/${number}`);
}

async function maySee(locals: App.Locals, peer: number): Promise<boolean> {
  if (peer === 0) return true;
  const site = await findSiteByNumber(locals.app.db.read, peer);
  return site !== undefined && mayServe(locals)(site);
}

/** Errors: what is no refusal goes on to the fault page. */
function refused(command: string, caught: unknown, fields: Record<string, string>): ActionFailure<RefusedForm> {
  const refusal = caught instanceof Refusal ? caught : storageRefusal(caught);
  if (!refusal) throw caught;
  const { code, params, field } = refusal;
  // a folder of the program's own is of no help to who stands before the screen
  const told = code === 'courier.stick-full' ? 'platform.disk-full' : code;
  return refuse(command, { code: told, params, field, issues: field ? [{ field, code: told }] : [] }, fields);
}

/** Takes in what was chosen; the answer is the same page, which says for every file what became of it. */
export async function takeFiles(
  event: At & { request: Request },
  base: Base,
): Promise<ActionFailure<RefusedForm> | { report: UnpackReport }> {
  enterCourier(event, base);
  const { locals, request } = event;
  const files = (await request.formData()).getAll('files').filter((one) => one instanceof File && one.size > 0);
  try {
    if (files.length === 0) throw new Refusal('courier.no-file', { field: 'files' });
    return {
      report: await unpackBundles(
        locals.replica,
        files.map((file) => sourceOf(file as File)),
      ),
    };
  } catch (caught) {
    return refused('take', caught, {});
  }
}

const sourceOf = (file: File): BundleSource => ({
  name: path.basename(file.name),
  start: async () => new Uint8Array(await file.slice(0, 64).arrayBuffer()),
  read: async () => new Uint8Array(await file.arrayBuffer()),
});

async function made(event: At & { params: { number: string } }, base: Base) {
  enterCourier(event, base);
  const { locals, params } = event;
  const number = /^\d{1,15}$/.test(params.number) ? Number(params.number) : 0;
  const bundle = await findMade(locals.replica, number);
  if (!bundle || !(await maySee(locals, bundle.peer))) error(404, text(locals.language, 'error.404'));
  const file = path.join(bundleFolder(locals.app.config.dataDir), bundle.name);
  return { bundle, file, here: existsSync(file) };
}

export async function loadSlip(event: At & { params: { number: string } }, base: Base) {
  const { bundle, here } = await made(event, base);
  const { number = 0, name, programme } = event.locals.app.site;
  return { base, bundle, here, sender: { number, name: number === 0 ? programme : (name ?? '') } };
}

export async function download(event: At & { params: { number: string } }, base: Base): Promise<Response> {
  const { bundle, file, here } = await made(event, base);
  if (!here) error(404, text(event.locals.language, 'refusal.courier.file-gone'));
  return new Response(Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>, {
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(statSync(file).size),
      'content-disposition': `attachment; filename="${bundle.name}"`,
      'cache-control': 'no-store',
    },
  });
}
