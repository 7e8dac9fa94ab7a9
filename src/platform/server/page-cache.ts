// Finished public pages, kept until anything is written: by path, language, mode and version of the data read.
import { createHash } from 'node:crypto';
import { brotliCompressSync, constants } from 'node:zlib';
import { gzipPieces, type PutTogether } from './sheets.ts';

export type Coding = 'br' | 'gzip' | 'identity';

export interface KeptPage {
  etag: string;
  type: string;
  /** Further headers of the answer (content policy). */
  headers: [string, string][];
  page: PutTogether;
  /** Compressed once it is asked for. */
  bodies: Map<Coding, Buffer>;
  version: number;
  until: number;
}

const MOST_PAGES = 400;
const MOST_BYTES = 24_000_000;
/** What changes with time alone (open now, days left) is at most this old. */
const LIFE = 60_000;
/** With PostgreSQL another process may have written: it is seen after this long. */
const SHARED_LIFE = 3_000;

export class PageCache {
  readonly #pages = new Map<string, KeptPage>();
  readonly #life: number;
  #bytes = 0;
  constructor(shared: boolean) {
    this.#life = shared ? SHARED_LIFE : LIFE;
  }
  get(key: string, version: number, now: number): KeptPage | undefined {
    const page = this.#pages.get(key);
    if (!page) return undefined;
    if (page.version === version && page.until > now) return page;
    this.#drop(key, page);
    return undefined;
  }
  put(key: string, page: Omit<KeptPage, 'until' | 'bodies'>, now: number): void {
    const kept: KeptPage = { ...page, bodies: new Map(), until: now + this.#life };
    const known = this.#pages.get(key);
    if (known) this.#drop(key, known);
    this.#pages.set(key, kept);
    this.#bytes += sizeOf(kept);
    while (this.#pages.size > MOST_PAGES || this.#bytes > MOST_BYTES) {
      const [oldest] = this.#pages;
      if (!oldest) break;
      this.#drop(...oldest);
    }
  }
  clear(): void {
    this.#pages.clear();
    this.#bytes = 0;
  }
  #drop(key: string, page: KeptPage): void {
    this.#pages.delete(key);
    this.#bytes -= sizeOf(page);
  }
}

/** With room for both compressed bodies, which come later. */
function sizeOf({ page }: KeptPage): number {
  return page.body.length * 2;
}

/** The body of a kept page in a coding. */
export function bodyOf({ page, bodies }: Pick<KeptPage, 'page' | 'bodies'>, coding: Coding): Buffer {
  const known = bodies.get(coding);
  if (known) return known;
  const made = compressPage(coding, page);
  bodies.set(coding, made);
  return made;
}

/** Strong, and the same for the same bytes in every process and after every start. */
export function etagOf(body: Uint8Array): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
}

/** In gzip the sheets' part is made already; what is kept for everybody is worth the best brotli can do quickly. */
export function compressPage(coding: Coding, page: PutTogether): Buffer {
  if (coding === 'gzip') return gzipPieces(page);
  const { body } = page;
  if (coding === 'br')
    return brotliCompressSync(body, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
    });
  return body;
}

/** The best coding a client takes. */
export function codingFor(accepts: string | undefined): Coding {
  if (!accepts) return 'identity';
  if (/\bbr\b(?!;q=0(?:\.0*)?(?:,|$))/.test(accepts)) return 'br';
  return /\bgzip\b(?!;q=0(?:\.0*)?(?:,|$))/.test(accepts) ? 'gzip' : 'identity';
}
