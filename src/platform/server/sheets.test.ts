// Pages with their sheets put in: what a browser gets is what was rendered, in every coding.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, brotliDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compressPage } from './page-cache.ts';
import { loadSheets, putSheets } from './sheets.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'ciudadania-sheets-'));
const SMALL = 'body{color:#1b2420}'.repeat(40);
const OTHER = '.wall{color:#fff}';
beforeAll(() => {
  const assets = path.join(folder, '_app/immutable/assets');
  mkdirSync(assets, { recursive: true });
  writeFileSync(path.join(assets, 'layout.abc.css'), SMALL);
  writeFileSync(path.join(assets, 'room.def.css'), OTHER);
  writeFileSync(path.join(assets, 'huge.css'), 'a{}'.repeat(20_000));
  loadSheets(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const link = (name: string, up = './') => `<link href="${up}_app/immutable/assets/${name}" rel="stylesheet">`;
const page = (head: string, body = '<p>ñandú</p>') =>
  Buffer.from(`<html><head>${head}</head><body>${body}</body></html>`);

it('stand where their links were, each with its hash', () => {
  const put = putSheets(page(`<title>é</title>${link('layout.abc.css', '../../')}${link('room.def.css')}`));
  expect(put.body.toString()).toBe(page(`<title>é</title><style>${SMALL}</style><style>${OTHER}</style>`).toString());
  expect(put.sources).toHaveLength(2);
});

it('stay links where they are unknown, too large, or only words of somebody', () => {
  for (const one of [page(link('gone.css')), page(link('huge.css')), page('', link('layout.abc.css'))]) {
    const put = putSheets(one);
    expect(put.body.equals(one)).toBe(true);
    expect(put.sources).toEqual([]);
  }
  expect(putSheets(Buffer.from('no head at all')).body.toString()).toBe('no head at all');
});

it('make one gzip and one brotli of the same bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 3_000 }), fc.string({ unit: 'grapheme' }), (body, title) => {
      const words = (text: string) => text.replaceAll('<', '');
      const put = putSheets(page(words(title) + link('layout.abc.css') + words(body).slice(0, 40), words(body)));
      expect(gunzipSync(compressPage('gzip', put)).equals(put.body)).toBe(true);
      expect(brotliDecompressSync(compressPage('br', put)).equals(put.body)).toBe(true);
    }),
  );
});
