// The measuring job's tables as a module of this program: personal fields sealed, what both sides edit shared, the rest facts.
import { defineModule, replicated, type ColumnType, type ReplicatedTable } from '#platform/manifest';

const TEXT: ColumnType = 'text';
const COMMON: [string, ColumnType][] = [
  ['sitio', TEXT],
  ['creado', 'instant'],
  ['autor', TEXT],
  ['estado', TEXT],
];

/** Columns in the order of the job's records; a `!` marks a personal one. */
const SHAPES: Record<string, { class: 'fact' | 'shared'; wide?: true; columns: [string, ColumnType][] }> = {
  persona: {
    class: 'shared',
    columns: [
      ['nombre!', TEXT],
      ['apellidos!', TEXT],
      ['documento!', TEXT],
      ['nacimiento!', TEXT],
      ['sexo', TEXT],
      ['comunidad', TEXT],
      ['telefono!', TEXT],
      ['idioma', TEXT],
      ['ocupacion', TEXT],
    ],
  },
  estacion: {
    class: 'fact',
    columns: [
      ['codigo', TEXT],
      ['tipo', TEXT],
      ['marca', TEXT],
      ['modelo', TEXT],
      ['serie', TEXT],
      ['sala', TEXT],
      ['compra', 'date'],
      ['valor', 'integer'],
    ],
  },
  sesion: {
    class: 'shared',
    columns: [
      ['persona', 'id'],
      ['estacion', 'id'],
      ['inicio', 'instant'],
      ['fin', 'instant'],
      ['minutos', 'integer'],
      ['motivo', TEXT],
      ['tarifa', 'integer'],
      ['modificado', 'instant'],
    ],
  },
  asistencia: {
    class: 'fact',
    columns: [
      ['persona', 'id'],
      ['curso', TEXT],
      ['grupo', TEXT],
      ['fecha', 'date'],
      ['presente', 'boolean'],
      ['minutos', 'integer'],
      ['nota', TEXT],
    ],
  },
  propuesta: {
    class: 'shared',
    wide: true,
    columns: [
      ['titulo', TEXT],
      ['texto', TEXT],
      ['persona', 'id'],
      ['categoria', TEXT],
      ['votos', 'integer'],
      ['cierre', 'date'],
      ['modificado', 'instant'],
    ],
  },
  voto: {
    class: 'fact',
    columns: [
      ['propuesta', 'id'],
      ['persona', 'id'],
      ['valor', 'integer'],
      ['medio', TEXT],
      ['emitido', 'instant'],
      ['sello', 'id'],
    ],
  },
  asiento: {
    class: 'fact',
    columns: [
      ['numero', 'integer'],
      ['cuenta', TEXT],
      ['concepto', TEXT],
      ['debe', 'integer'],
      ['haber', 'integer'],
      ['moneda', TEXT],
      ['fecha', 'date'],
      ['recibo', TEXT],
    ],
  },
};

/** Numbers that no module of the program has. */
const FIRST_NUMBER = 9_001;

export const jobTables: ReplicatedTable[] = Object.entries(SHAPES).map(([name, shape], at) =>
  replicated({
    number: FIRST_NUMBER + at,
    name,
    class: shape.class,
    wide: shape.wide ?? false,
    partitions: ['district'],
    subject: name === 'persona' ? 'id' : undefined,
    columns: Object.fromEntries(
      [...shape.columns, ...COMMON].map(([column, type], n) => [
        column.replace('!', ''),
        { n: n + 1, type, ...(column.endsWith('!') ? { sealed: true } : {}) },
      ]),
    ),
  }),
);

export const jobModule = defineModule({
  name: 'measuring-job',
  tables: jobTables,
  migrations: [
    {
      id: '20261128-create-measuring-job',
      async up({ createReplicated }) {
        for (const table of jobTables) await createReplicated(table);
      },
    },
  ],
});
