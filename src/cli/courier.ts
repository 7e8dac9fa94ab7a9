// `ciudadania courier`: the stick is read and written by whoever runs the command; the open program only sees its own data folder.
import { createReadStream, existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { bundleFolder, headOf, listBundleFiles, writeWhole, type PackReport, type UnpackReport } from '#replication';
import { readConfig, type Config } from '#platform/config';
import { Refusal } from '#platform/errors';
import { loadTexts } from '#platform/texts';
import { programRoot } from './build.ts';
import { configInput, type CommonFlags } from './flags.ts';
import { operate, print } from './operate.ts';
import { errorInWords, terminalLanguage } from './words.ts';

export async function pack(flags: CommonFlags & { to: string; out: string }): Promise<void> {
  const config = readConfig(configInput(flags));
  await inWords(config, async () => {
    const out = path.resolve(flags.out);
    if (!existsSync(out)) throw new Refusal('courier.no-folder', { params: { folder: out } });
    const report = (await operate(flags, 'courier-pack', { to: flags.to })) as PackReport;
    const made = path.join(bundleFolder(config.dataDir), report.name);
    const file = await writeWhole(out, report.name, createReadStream(made));
    print({ file, ...report });
  });
}

export async function unpack(folder: string, flags: CommonFlags): Promise<void> {
  const config = readConfig(configInput(flags));
  await inWords(config, async () => {
    const sources = listBundleFiles(path.resolve(folder));
    const number = (await operate(flags, 'courier-number', {})) as number | null;
    const unreadable: string[] = [];
    const name = `courier-in-${process.pid}`;
    const copy = path.join(config.dataDir, name);
    try {
      mkdirSync(copy, { recursive: true, mode: 0o700 });
      for (const source of sources) {
        // of what is for others only the start is looked at; and a stick may have a bad spot where the other files are good
        const ours = (await headOf(source))?.to === number;
        const bytes = await (ours ? source.read() : source.start()).catch(() => undefined);
        if (bytes) await writeWhole(copy, source.name, once(bytes));
        else unreadable.push(source.name);
      }
      const report = (await operate(flags, 'courier-unpack', { folder: name })) as UnpackReport;
      print({ ...report, ok: report.ok && unreadable.length === 0, unreadable });
      if (!report.ok || unreadable.length > 0) process.exitCode = 1;
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });
}

export async function status(flags: CommonFlags): Promise<void> {
  print(await operate(flags, 'courier-status', {}));
}

/** What the stick refused, in the terminal's language. */
async function inWords(config: Config, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    loadTexts(programRoot, config.dataDir);
    throw new Error(errorInWords(error, terminalLanguage()), { cause: error });
  }
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield await Promise.resolve(bytes);
}
