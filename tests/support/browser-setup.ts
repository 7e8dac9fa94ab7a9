// Unpacks the browser and builds the screens before any journey starts.
import { buildIfNeeded } from '../../src/cli/build.ts';
import { unpackChromium } from './browser.ts';

export default async function setup(): Promise<void> {
  await unpackChromium();
  await buildIfNeeded(() => undefined);
}
