// The style sheets of the screens, put into pages as they leave: one request over a slow link, and what never changes is hashed and compressed once.
import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { constants, crc32, deflateRawSync } from 'node:zlib';

interface Sheet {
  style: Buffer;
  /** For the content policy. */
  source: string;
  /** A whole number of blocks of deflate that look at nothing before them. */
  deflated: Buffer;
}

const FOLDER = '_app/immutable/assets';
/** A larger one is asked for apart, and kept by the browser. */
const LARGEST = 40_000;
const LINK = /<link href="(?:\.{0,2}\/)*_app\/immutable\/assets\/([^"/]+\.css)" rel="stylesheet">/g;
const sheets = new Map<string, Sheet>();

/** Reads the built sheets; `client` is the folder of what browsers ask for. */
export function loadSheets(client: string): void {
  sheets.clear();
  const folder = path.join(client, FOLDER);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.css'))) {
    const text = readFileSync(path.join(folder, name), 'utf8');
    if (text.length > LARGEST) continue;
    const style = Buffer.from(`<style>${text}</style>`);
    const source = `'sha256-${hash('sha256', text, 'base64')}'`;
    sheets.set(name, { style, source, deflated: deflate(style, 9, false) });
  }
}

/** A page in the pieces of which it is put together: what was rendered, and sheets between. */
export interface PutTogether {
  pieces: (Buffer | Sheet)[];
  body: Buffer;
  /** Sources of its styles, for the content policy. */
  sources: string[];
}

const bytesOf = (piece: Buffer | Sheet): Buffer => (Buffer.isBuffer(piece) ? piece : piece.style);

/** The page with its sheets inside; a sheet that is not known stays a link. */
export function putSheets(page: Buffer): PutTogether {
  // the head is short and plain, and a link that somebody wrote into a text is escaped there
  const head = page.subarray(0, Math.max(0, page.indexOf('</head>'))).toString('latin1');
  const pieces: (Buffer | Sheet)[] = [];
  const sources: string[] = [];
  let from = 0;
  for (const link of head.matchAll(LINK)) {
    const sheet = sheets.get(link[1] ?? '');
    if (!sheet) continue;
    pieces.push(page.subarray(from, link.index), sheet);
    sources.push(sheet.source);
    from = link.index + link[0].length;
  }
  pieces.push(page.subarray(from));
  return { pieces, sources, body: pieces.length === 1 ? page : Buffer.concat(pieces.map(bytesOf)) };
}

/** A window as large as what is compressed: zlib would set aside a quarter of a megabyte for each, which the collector then has to find. */
function deflate(bytes: Buffer, level: number, last: boolean): Buffer {
  const windowBits = Math.min(15, Math.max(9, Math.ceil(Math.log2(bytes.length + 1))));
  const finishFlush = last ? constants.Z_FINISH : constants.Z_FULL_FLUSH;
  return deflateRawSync(bytes, { level, finishFlush, windowBits, memLevel: Math.min(8, windowBits - 6) });
}

/** Of what is made for one asker: a third of the work of level 6 for 3 % more bytes. */
const LEVEL = 4;
/** RFC 1952: no name, no time, made on Unix. */
const GZIP_HEAD = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);

/** One member of gzip in which the sheets' blocks are those made once. */
export function gzipPieces({ pieces, body }: PutTogether): Buffer {
  const foot = Buffer.alloc(8);
  foot.writeUInt32LE(crc32(body), 0);
  foot.writeUInt32LE(body.length % 2 ** 32, 4);
  const blocks = pieces.map((piece, at) =>
    Buffer.isBuffer(piece) ? deflate(piece, LEVEL, at === pieces.length - 1) : piece.deflated,
  );
  return Buffer.concat([GZIP_HEAD, ...blocks, foot]);
}
