// Lint: strict TypeScript, no forgotten promises, and a core of replication that knows no clock, randomness, timer or file.
import js from '@eslint/js';
import compat from 'eslint-plugin-compat';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

const sansIo = [
  'error',
  { name: 'Date', message: 'The core is handed its time.' },
  { name: 'setTimeout', message: 'The core has no timers.' },
  { name: 'setInterval', message: 'The core has no timers.' },
  { name: 'setImmediate', message: 'The core has no timers.' },
  { name: 'performance', message: 'The core is handed its time.' },
  { name: 'fetch', message: 'The core has no network.' },
];

export default ts.config(
  {
    ignores: ['build/', '.svelte-kit/', 'node_modules/', 'data/', 'release/', 'tests/boundaries/fixtures/', '**/*.cjs'],
  },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.node, Temporal: 'readonly' },
      parserOptions: { projectService: { allowDefaultProject: ['*.js'] }, extraFileExtensions: ['.svelte'] },
    },
    rules: {
      'no-undef': 'off', // the types say it better
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['src/**/*.ts', 'tests/**/*.ts', 'tools/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
    },
  },
  {
    files: ['**/*.svelte'],
    languageOptions: { parserOptions: { parser: ts.parser } },
    rules: {
      'svelte/no-navigation-without-resolve': 'off',
      'svelte/no-useless-mustaches': 'off',
      'prefer-const': 'off',
    },
  },
  {
    // what goes to browsers as it is written: a phone of 2020 has to know every word and every interface
    files: ['src/lib/ui/enhance/*.js'],
    ...compat.configs['flat/recommended'],
    languageOptions: { ecmaVersion: 2020, globals: globals.browser, parserOptions: { projectService: false } },
    settings: { browsers: ['chrome 80'] },
  },
  { files: ['src/cli/**', 'tools/**', 'bench/**', 'tests/**'], rules: { 'no-console': 'off' } },
  {
    files: ['src/replication/server/core/**'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': sansIo,
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'The core is handed its randomness.' },
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            ...['node:fs', 'node:net', 'node:http', 'node:timers', 'node:timers/promises', 'node:sqlite'].map(
              (name) => ({ name, message: 'The core does no input or output.' }),
            ),
            {
              name: 'node:crypto',
              importNames: ['randomBytes', 'randomInt', 'randomUUID'],
              message: 'The core is handed its randomness.',
            },
          ],
          patterns: [
            {
              // a gitignore pattern would read the first # as a comment
              regex: '^(#(?!platform/ids$)|\\.\\./)',
              message: 'The core knows nothing outside itself but ids.',
            },
          ],
        },
      ],
    },
  },
);
