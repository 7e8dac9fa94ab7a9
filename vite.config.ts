// How the screens are built: SvelteKit renders on the server; the program's own server code stays outside the bundle.
import cascadeLayers from '@csstools/postcss-cascade-layers';
import adapter from '@sveltejs/adapter-node';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig, type Plugin } from 'vite';
import manifest from './package.json' with { type: 'json' };

// Pages and command line must share one instance of every server module (one database, one registry of texts),
// so these doors are left as imports and resolved by Node through package.json "imports".
const outside = /^#(platform\/|replication$|modules\/[^/]+$|lib\/(text|format)\/index\.ts$)/;

function serverDoors(): Plugin {
  return {
    name: 'server-doors-stay-outside',
    enforce: 'pre',
    resolveId(source) {
      if (this.environment.name === 'ssr' && outside.test(source)) return { id: source, external: true };
      return null;
    },
  };
}

export default defineConfig({
  plugins: [
    serverDoors(),
    sveltekit({
      adapter: adapter({ precompress: true }),
      version: { name: manifest.version }, // told by /healthz; a build time would make every build another
      inlineStyleThreshold: 0, // our own server puts them in: a page over a slow link is one request
      csrf: { trustedOrigins: ['*'] }, // our own check in platform/server/http knows plain-HTTP telecentres
    }),
  ],
  css: { postcss: { plugins: [cascadeLayers()] } }, // phones before 2022 know no layers
  build: { cssTarget: 'chrome80' },
});
