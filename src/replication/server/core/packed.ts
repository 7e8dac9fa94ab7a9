// The personal fields of one operation before they are sealed: too short to learn from, so the coder knows beforehand how names, documents and dates look.
import { Malformed, readUtf8 } from './bytes.ts';
import { dateText, dayOf } from './day.ts';
import { Bits, codeTree, Ints, RangeReader, RangeWriter, type BitCoder } from './range.ts';
import type { Value } from './types.ts';

/** What the coder knows beforehand has this number; for ever, a better one gets the next. */
const KNOWLEDGE = 1;
/** Names, surnames and words as they are frequent in the central jungle of Peru, documents, telephones, addresses: no person's. */
const KNOWN_TEXTS = `María José Luis Juan Carlos Rosa Jorge Ana Víctor Carmen Pedro Julia Miguel Elena Jesús Luz Manuel Juana Julio Teresa Francisco Martha
César Gloria Roberto Elizabeth Fernando Isabel Walter Marina Percy Silvia Wilder Nelly Edwin Maribel Raúl Yolanda Hugo Norma Alberto Victoria Óscar Lidia
Antonio Margarita Ricardo Olga Mario Sonia Daniel Flor David Nancy Ángel Mercedes Alejandro Esther Enrique Gladys Javier Ruth Marcos Patricia Santiago Edith
Andrés Delia Pablo Irma Eduardo Rocío Félix Dina Rubén Noemí Alfredo Eva Guillermo Diana Sergio Cecilia Segundo Nélida Máximo Zoila Moisés Aurelia Abel Dora
Quispe Flores Sánchez Rodríguez García Rojas Huamán Mamani Díaz López Torres Ramos Gonzales Vásquez Chávez Ramírez Castillo Pérez Mendoza Espinoza Fernández
Cruz Castro Vargas Romero Gutiérrez Salazar Rivera Herrera Álvarez Reyes Martínez Ruiz Condori Medina Aguilar Silva Cárdenas Campos Rivas Morales Gómez Cabrera
Huanca Apaza Ccori Poma Palomino Inga Camarena Quinto Shanqui Santos Miguel Ríos Meza Soto Núñez Paredes Valverde Peña Guerra Ortiz Suárez Alvarado Ccanto Lazo
Barrio Comunidad Nativa Centro Poblado Caserío Anexo Calle Avenida Jirón Carretera Marginal Sector Pasaje Manzana Lote Río Alto Bajo San Santa Nueva Villa
casa frente al colegio cerca de la posta junto a la iglesia por el puente en la chacra del señor madre padre hija hijo esposa vive con tía abuela teléfono
41236589 70458213 20563974 80123467 45907813 62380154 10794526 38572609 94618037 27051348 956310478 962745801 984027315 971538264 +51 964208735 +51 932581647`;

/** Bits that were taught once and learn no more: every sealed field begins with the same knowledge. */
class Taught extends Bits {
  #taught = false;
  override learn(index: number, bit: number): void {
    if (!this.#taught) super.learn(index, bit);
  }
  close(): void {
    this.#taught = true;
  }
}

const END = 0;
const GROUPS = 32;
const OTHER = 31;

/** What the letter before tells of the next: its kind, capitals apart from small letters only by what follows them. */
function groupOf(before: number): number {
  if (before >= 97 && before <= 122) return before - 96; // a to z
  if (before >= 65 && before <= 90) return before - 64;
  if (before >= 48 && before <= 57) return 27;
  if (before === 32) return 28;
  if (before === END) return 0;
  if (before === 0xc3) return 30; // the first half of á, é, ñ
  return before >= 128 ? 29 : OTHER;
}

function codeBytes(coder: BitCoder, bits: Bits, given: Uint8Array | undefined): Uint8Array {
  const out: number[] = [];
  let before = END;
  for (let at = 0; ; at++) {
    const byte = codeTree(coder, bits, 8, given && (given[at] ?? END), groupOf(before) * 256);
    if (byte === END) return Uint8Array.from(out);
    if (out.length > 65_536) throw new Malformed('opens to too much');
    out.push(byte);
    before = byte;
  }
}

let known: Taught | undefined;

function knownTexts(): Bits {
  if (known) return known;
  known = new Taught(GROUPS * 256);
  const writer = new RangeWriter();
  for (const text of KNOWN_TEXTS.split('\n').flatMap((line) => [line, ...line.split(' ')]))
    codeBytes(writer, known, Buffer.from(text));
  known.close();
  return known;
}

/** Kinds of values; for ever. */
const KIND = { null: 0, false: 1, true: 2, integer: 3, number: 4, text: 5, bytes: 6, date: 7 } as const;
function kindOf(value: Value): number {
  if (value === null) return KIND.null;
  if (typeof value === 'boolean') return value ? KIND.true : KIND.false;
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? KIND.integer : KIND.number;
  if (typeof value !== 'string') return KIND.bytes;
  return dayOf(value) === null ? KIND.text : KIND.date;
}

function codeValue(coder: BitCoder, ints: Ints, given: Value | undefined): Value {
  const kind = coder.flat(3, given === undefined ? undefined : kindOf(given));
  switch (kind) {
    case KIND.null:
      return null;
    case KIND.false:
    case KIND.true:
      return kind === KIND.true;
    case KIND.integer:
      return ints.code(coder, given as number | undefined);
    case KIND.number: {
      const bytes = Buffer.alloc(8);
      if (given !== undefined) bytes.writeDoubleBE(given as number);
      for (let at = 0; at < 8; at++) bytes[at] = coder.flat(8, given === undefined ? undefined : bytes[at]);
      return bytes.readDoubleBE();
    }
    case KIND.text:
      return readUtf8(codeBytes(coder, knownTexts(), given === undefined ? undefined : Buffer.from(given as string)));
    case KIND.bytes: {
      const bytes = given as Uint8Array | undefined;
      const length = ints.code(coder, bytes?.length);
      if (length < 0 || length > 65_536) throw new Malformed('opens to too much');
      return Uint8Array.from({ length }, (_, at) => coder.flat(8, bytes?.[at]));
    }
    default:
      return dateText(ints.code(coder, given === undefined ? undefined : (dayOf(given as string) ?? 0)));
  }
}

/** Values without U+0000 in texts. */
export function packValues(values: readonly Value[]): Uint8Array {
  const coder = new RangeWriter();
  const ints = new Ints();
  for (const value of values) codeValue(coder, ints, value);
  const body = coder.done();
  return Buffer.concat([Uint8Array.of(KNOWLEDGE), body]);
}

/** `count` values. Errors: Malformed. */
export function unpackValues(bytes: Uint8Array, count: number): Value[] {
  if (bytes[0] !== KNOWLEDGE) throw new Malformed('knowledge of a sealed field');
  const coder = new RangeReader(bytes.subarray(1));
  const ints = new Ints();
  const values: Value[] = [];
  for (let i = 0; i < count; i++) values.push(codeValue(coder, ints, undefined));
  coder.end();
  return values;
}
