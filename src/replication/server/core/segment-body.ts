// The acts of a segment as bytes: headers by column, operations of one shape together, then what each replaces.
import type { Origin } from '#platform/ids';
import { BodyReader, BodyWriter, type Body } from './body.ts';
import { Malformed } from './bytes.ts';
import { codeColumn, codeIntegers } from './column.ts';
import { clockMark, clockOf, isTold } from './known.ts';
import { Bits, codeTree, Ints, widthOf } from './range.ts';
import type { Act, ActHeader, Dot, Operation, Value } from './types.ts';

interface Shape {
  table: number;
  kind: number;
  columns: number[];
  sealed: number[];
  replaced: number[];
}

function shapeOf(operation: Operation): Shape {
  return {
    table: operation.table,
    kind: operation.kind === 'create' ? 0 : 1,
    columns: operation.fields.map(([column]) => column),
    sealed: operation.sealed?.columns ?? [],
    replaced: operation.replaces?.map(([column]) => column) ?? [],
  };
}

/** Whose log it is. */
export interface Log {
  partition: string;
  site: number;
}

export function writeBody(acts: readonly Act[], log: Log): Uint8Array {
  const body = new BodyWriter();
  codeActs(body, log, acts);
  return body.done();
}

/** Errors: Malformed. */
export function readBody(bytes: Uint8Array, log: Log, dictionary: number): Act[] {
  const body = new BodyReader(bytes, dictionary);
  const acts = codeActs(body, log, undefined);
  body.end();
  return acts;
}

const none: readonly number[] = [];

function unsigned(values: number[]): number[] {
  if (values.some((value) => value < 0)) throw new Malformed('negative number');
  return values;
}

function codeActs(body: Body, log: Log, given: readonly Act[] | undefined): Act[] {
  const count = body.count(given?.length);
  const numbers = (of: (act: Act) => number) => codeIntegers(body, count, given?.map(of));
  const stamps = numbers(({ header }) => header.at);
  const values = (of: (header: ActHeader) => Value) =>
    codeColumn(
      body,
      count,
      stamps,
      given?.map(({ header }) => of(header)),
    );
  const commands = values(({ command }) => command);
  const actors = values(({ actor }) => actor ?? null);
  const roles = values(({ role }) => role ?? null);
  const devices = unsigned(numbers(({ device }) => device));
  const runs = unsigned(numbers(({ run }) => run));
  const marks = unsigned(numbers(({ header }) => clockMark(header)));
  const schemas = unsigned(numbers(({ header }) => header.schema));
  const told = given?.flatMap(({ header }) => header.control ?? []);
  const toldCount = marks.filter(isTold).length;
  const epochs = unsigned(
    codeIntegers(
      body,
      toldCount,
      told?.map(({ epoch }) => epoch),
    ),
  );
  const seqs = unsigned(
    codeIntegers(
      body,
      toldCount,
      told?.map(({ seq }) => seq),
    ),
  );
  const sizes = unsigned(numbers(({ operations }) => operations.length));
  if (sizes.includes(0)) throw new Malformed('acts');
  // numbers go on where the act before ended
  const after = (i: number) => (i === 0 ? 0 : (firsts[i - 1] ?? 0) + (sizes[i - 1] ?? 0));
  const firsts: number[] = given?.map(({ firstN }) => firstN) ?? [];
  const gaps = codeIntegers(
    body,
    count,
    given?.map(({ firstN }, i) => firstN - after(i)),
  );
  for (let i = 0; i < count && !given; i++) firsts.push(after(i) + (gaps[i] ?? 0));
  if (!unsigned(firsts).every(Number.isSafeInteger)) throw new Malformed('number of an operation');

  const commandPlaces = new Map([...new Set(commands)].map((command, at) => [command, at]));
  const operations = codeOperations(body, {
    given: given?.flatMap((act) => act.operations),
    stamps: sizes.flatMap((size, i) => body.times(size, () => stamps[i] ?? 0)),
    commands: sizes.flatMap((size, i) => body.times(size, () => commandPlaces.get(commands[i] ?? null) ?? 0)),
  });

  let at = 0;
  let nextTold = 0;
  const acts = body.times(count, (i): Act => {
    const mark = marks[i] ?? 0;
    const command = commands[i];
    const [actor, role] = [actors[i], roles[i]];
    const isName = (name: Value | undefined): name is string | null => typeof name === 'string' || name === null;
    if (typeof command !== 'string' || !isName(actor) || !isName(role)) throw new Malformed('header of an act');
    const header: ActHeader = { command, at: stamps[i] ?? 0, clock: clockOf(mark), schema: schemas[i] ?? 0 };
    if (isTold(mark)) {
      header.control = { epoch: epochs[nextTold] ?? 0, seq: seqs[nextTold] ?? 0 };
      nextTold += 1;
    }
    if (actor) header.actor = actor;
    if (role) header.role = role;
    const firstN = firsts[i] ?? 0;
    const own = body.times(sizes[i] ?? 0, (j): Operation => {
      const operation = operations[at++];
      if (!operation) throw new Malformed('operations');
      return { n: firstN + j, ...operation };
    });
    return { ...log, device: devices[i] ?? 0, run: runs[i] ?? 0, firstN, header, operations: own };
  });
  codeReplaced(body, acts, given);
  return acts;
}

type Bare = Omit<Operation, 'n'> & { replaced: readonly number[] };

interface Column {
  given: readonly Operation[] | undefined;
  stamps: readonly number[];
  /** Which command each stands in. */
  commands: readonly number[];
}

/** In their order; what they replace comes later. */
function codeOperations(body: Body, { given, stamps, commands }: Column): Bare[] {
  const names = new Map<string, number>();
  const kinds: Shape[] = [];
  const placesGiven = given?.map((operation) => {
    const shape = shapeOf(operation);
    const name = JSON.stringify(shape);
    const known = names.get(name);
    if (known !== undefined) return known;
    names.set(name, kinds.length);
    return kinds.push(shape) - 1;
  });
  const some = given && kinds;
  const shapeCount = body.count(some?.length);
  const tables = new Ints();
  const shapes = body.times(shapeCount, (i): Shape => {
    const shape = some?.[i];
    const table = tables.code(body.coder, shape?.table);
    if (table < 0) throw new Malformed('number of a table');
    return {
      table,
      kind: body.coder.flat(1, shape?.kind),
      columns: codeNumbers(body, shape?.columns),
      sealed: codeNumbers(body, shape?.sealed),
      replaced: codeNumbers(body, shape?.replaced),
    };
  });
  // a command makes the same shapes again and again
  const width = widthOf(shapeCount);
  const perCommand = new Map<number, Bits>();
  const places = body.times(stamps.length, (i) => {
    const command = commands[i] ?? 0;
    const bits = perCommand.get(command) ?? new Bits(2 ** width);
    perCommand.set(command, bits);
    return codeTree(body.coder, bits, width, placesGiven?.[i]);
  });
  const where: number[][] = shapes.map(() => []);
  places.forEach((place, i) => {
    if (!where[place]) throw new Malformed('shape');
    where[place].push(i);
  });

  const out = new Array<Bare>(stamps.length);
  shapes.forEach((shape, place) => {
    const own = where[place] ?? [];
    const group = given && own.map((i) => given[i]);
    const ownStamps = own.map((i) => stamps[i] ?? 0);
    const column = (of: (operation: Operation | undefined) => Value) =>
      codeColumn(body, own.length, ownStamps, group?.map(of));
    const rows = column((operation) => operation?.row ?? null);
    const fields = shape.columns.map((_, at) => column((operation) => operation?.fields[at]?.[1] ?? null));
    const sealed = shape.sealed.length > 0 ? column((operation) => operation?.sealed?.bytes ?? null) : undefined;
    own.forEach((i, at) => {
      const row = rows[at];
      if (typeof row !== 'string') throw new Malformed('row id');
      const operation: Bare = {
        table: shape.table,
        row,
        kind: shape.kind === 0 ? 'create' : 'set',
        fields: shape.columns.map((number, j): [number, Value] => [number, fields[j]?.[at] ?? null]),
        replaced: shape.replaced,
      };
      const noise = sealed?.[at];
      if (sealed) {
        if (!(noise instanceof Uint8Array)) throw new Malformed('sealed fields');
        operation.sealed = { columns: shape.sealed, bytes: noise };
      }
      out[i] = operation;
    });
  });
  return out;
}

/** Column numbers, 0 to 255. */
function codeNumbers(body: Body, given: readonly number[] | undefined): number[] {
  const count = body.count(given?.length);
  const steps = new Ints();
  let last = 0;
  const numbers = body.times(count, (i) => (last += steps.code(body.coder, given && (given[i] ?? 0) - last)));
  if (numbers.some((number) => number < 0 || number > 255)) throw new Malformed('number of a column');
  return numbers;
}

/** Where a replaced operation is named: the last in this segment that wrote the field, the one named just before, or by its parts. */
const NAMED = { last: 0, same: 1, parts: 2 } as const;

const sameDot = (a: Dot | undefined, b: Dot | undefined) =>
  a !== undefined && b !== undefined && a.site === b.site && a.device === b.device && a.run === b.run && a.n === b.n;

/** Fills in what the operations replace, in their order: each tells who wrote a field last. */
function codeReplaced(body: Body, acts: Act[], given: readonly Act[] | undefined): void {
  const { coder } = body;
  const counts = new Ints();
  const how = new Bits(16);
  const back = new Ints();
  const lastOf = new Map<Origin, number>();
  const written = new Map<string, Dot>();
  let named: Dot | undefined;
  let lastHow = 0;

  const codeDot = (act: Act, n: number, field: string, dot: Dot | undefined): Dot => {
    const last = written.get(field);
    const way = dot && (sameDot(dot, last) ? NAMED.last : sameDot(dot, named) ? NAMED.same : NAMED.parts);
    lastHow = codeTree(coder, how, 2, way, lastHow * 4);
    let found = lastHow === NAMED.last ? last : lastHow === NAMED.same ? named : undefined;
    if (lastHow === NAMED.parts) {
      const maker = body.maker(dot);
      const own = maker.site === act.site && maker.device === act.device && maker.run === act.run;
      const from = own ? n : (lastOf.get(maker) ?? 0);
      found = {
        site: maker.site,
        device: maker.device,
        run: maker.run,
        n: from - back.code(coder, dot && from - dot.n),
      };
      if (Object.values(found).some((part) => part < 0 || !Number.isSafeInteger(part))) throw new Malformed('dot');
      lastOf.set(maker, found.n);
    }
    if (!found) throw new Malformed('replaced operation');
    named = found;
    return found;
  };

  acts.forEach((act, i) =>
    act.operations.forEach((operation, j) => {
      const bare = operation as Operation & { replaced?: readonly number[] };
      const columns = bare.replaced ?? [];
      delete bare.replaced;
      const lists = given?.[i]?.operations[j]?.replaces;
      const own = { site: act.site, device: act.device, run: act.run, n: operation.n };
      const fieldName = (column: number) => `${operation.table} ${column} ${operation.row}`;
      if (columns.length > 0)
        operation.replaces = columns.map((column, at): [number, Dot[]] => {
          const dots = lists?.[at]?.[1];
          const count = counts.code(coder, dots?.length);
          if (count < 0) throw new Malformed('negative number');
          return [column, body.times(count, (k) => codeDot(act, operation.n, fieldName(column), dots?.[k]))];
        });
      for (const column of [...operation.fields.map(([number]) => number), ...(operation.sealed?.columns ?? none)])
        written.set(fieldName(column), own);
    }),
  );
}
