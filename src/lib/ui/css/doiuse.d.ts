// What the test asks of doiuse, which brings no types.
declare module 'doiuse' {
  import type { AcceptedPlugin, Node } from 'postcss';
  interface Options {
    browsers: string[];
    onFeatureUsage(found: { feature: string; usage: Node }): void;
  }
  export default function doiuse(options: Options): AcceptedPlugin;
}
