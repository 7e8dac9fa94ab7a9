// The architecture diagram as rules: come in by the door, draw the arrow before you import.
const { readFileSync } = require('node:fs');
const path = require('node:path');

const map = JSON.parse(readFileSync(path.join(__dirname, 'module-map.json'), 'utf8')).modules;
const names = Object.keys(map);

const arrows = names.map((name) => {
  const allowed = map[name].filter((one) => one !== 'replication');
  const others = names.filter((one) => one !== name && !allowed.includes(one));
  return {
    name: `arrow-${name}`,
    comment: `module ${name} may use only what module-map.json says`,
    severity: 'error',
    from: { path: `^src/modules/${name}/`, pathNot: '\\.test\\.ts$' },
    to: {
      path:
        [
          ...(others.length > 0 ? [`^src/modules/(${others.join('|')})/`] : []),
          ...(map[name].includes('replication') ? [] : ['^src/replication/']),
        ].join('|') || '^$',
    },
  };
});

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'a cycle of real imports',
      from: { path: '^src', pathNot: '^src/(platform|replication)/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'module-door',
      severity: 'error',
      comment: 'a module is entered by its door: server/index.ts or ui/index.ts',
      from: { path: '^src/(?!modules/([^/]+)/)', pathNot: '^src/modules/manifests\\.ts$' },
      to: { path: '^src/modules/[^/]+/(server|ui)/', pathNot: '^src/modules/[^/]+/(server|ui)/index\\.ts$' },
    },
    {
      name: 'module-door-inside',
      severity: 'error',
      comment: 'a module enters another by its door',
      from: { path: '^src/modules/([^/]+)/' },
      to: {
        path: '^src/modules/[^/]+/(server|ui)/',
        pathNot: ['^src/modules/$1/', '^src/modules/[^/]+/(server|ui)/index\\.ts$'],
      },
    },
    {
      name: 'replication-door',
      severity: 'error',
      comment: 'replication is entered by its door',
      from: { path: '^src/', pathNot: '^src/replication/' },
      to: { path: '^src/replication/server/', pathNot: '^src/replication/server/index\\.ts$' },
    },
    {
      name: 'platform-knows-nobody',
      severity: 'error',
      comment: 'the platform asks manifests, it never reaches in',
      from: { path: '^src/platform/' },
      to: { path: '^src/(modules|replication|routes|cli)/' },
    },
    {
      name: 'replication-knows-no-module',
      severity: 'error',
      comment: 'replication knows tables and partitions, never a module',
      from: { path: '^src/replication/' },
      to: { path: '^src/(modules|routes|cli)/' },
    },
    {
      name: 'lib-is-for-browsers',
      severity: 'error',
      comment: 'src/lib is safe for browsers',
      from: { path: '^src/lib/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(platform|modules|replication|routes|cli)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nobody-uses-screens',
      severity: 'error',
      comment: 'screens are the end of the line',
      from: { path: '^src/(modules|platform|replication|lib|cli)/' },
      to: { path: '^src/routes/' },
    },
    {
      name: 'core-is-alone',
      severity: 'error',
      comment: 'the sans-I/O core imports ids and nothing else of ours',
      from: { path: '^src/replication/server/core/' },
      to: { path: '^src/', pathNot: ['^src/replication/server/core/', '^src/platform/server/ids\\.ts$'] },
    },
    ...arrows,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(build|\\.svelte-kit|data)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js', '.svelte', '.json'],
    },
  },
};
