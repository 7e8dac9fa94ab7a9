// Settings of one process, from the command line and the environment; every default is one a telecentre can live with.
import path from 'node:path';

export type Role = 'hub' | 'telecentre';

export interface Config {
  role: Role;
  port: number;
  /** Address to listen on. With demo data loopback unless set; otherwise all addresses, because phones on the telecentre's network must reach it. */
  host: string;
  /** Used for links, feeds and QR codes only; never to refuse a form. */
  publicUrl: string | undefined;
  /** Further host names under which this server is reached. */
  knownHosts: string[];
  /** Header from which a configured proxy tells the client's address. */
  proxyHeader: string | undefined;
  dataDir: string;
  databaseUrl: string | undefined;
  /** SQLite: the database may not grow beyond so many pages of 4 kB; what does not fit is refused as on a full disk. */
  maxPages: number | undefined;
  hubUrl: string | undefined;
  /** Where a telecentre with a lost clock asks the time, without TLS; by default the hub's name on port 80. */
  hubTimeUrl: string | undefined;
  /** A folder on a second medium that gets copies. */
  secondMedium: string | undefined;
  demo: boolean;
  zone: string;
  logLevel: string;
}

export interface ConfigInput extends Partial<Omit<Config, 'port'>> {
  port?: number | string | undefined;
}

/** Errors: Error with a sentence for the command line when a value is not usable. */
export function readConfig(input: ConfigInput = {}, env: NodeJS.ProcessEnv = process.env): Config {
  const role = input.role ?? env.ROLE ?? 'hub';
  if (role !== 'hub' && role !== 'telecentre') throw new Error(`ROLE must be hub or telecentre, not "${role}".`);
  const port = Number(input.port ?? env.PORT ?? 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`PORT must be a number from 0 to 65535, not "${input.port ?? env.PORT}".`);
  const demo = input.demo ?? false;
  const databaseUrl = input.databaseUrl ?? env.DATABASE_URL;
  if (databaseUrl && !/^postgres(ql)?:\/\//.test(databaseUrl))
    throw new Error('DATABASE_URL must begin with postgres://.');
  const maxPages = Number(input.maxPages ?? env.DATABASE_MAX_PAGES ?? 0);
  if (!Number.isInteger(maxPages) || maxPages < 0)
    throw new Error(`DATABASE_MAX_PAGES must be a whole number, not "${input.maxPages ?? env.DATABASE_MAX_PAGES}".`);
  const publicUrl = input.publicUrl ?? env.PUBLIC_URL;
  const hubUrl = input.hubUrl ?? env.HUB_URL;
  const hubTimeUrl = input.hubTimeUrl ?? env.HUB_TIME_URL;
  for (const [name, value] of [
    ['PUBLIC_URL', publicUrl],
    ['HUB_URL', hubUrl],
    ['HUB_TIME_URL', hubTimeUrl],
  ] as const) {
    if (value && !URL.canParse(value)) throw new Error(`${name} is not an address: "${value}".`);
  }
  return {
    role,
    port,
    host: input.host ?? env.HOST ?? (demo ? '127.0.0.1' : '::'),
    publicUrl,
    knownHosts:
      input.knownHosts ??
      (env.KNOWN_HOSTS ?? '')
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean),
    proxyHeader: input.proxyHeader ?? env.PROXY_HEADER,
    dataDir: path.resolve(input.dataDir ?? env.DATA_DIR ?? 'data'),
    databaseUrl: databaseUrl || undefined,
    maxPages: maxPages || undefined,
    hubUrl: hubUrl || undefined,
    hubTimeUrl: hubTimeUrl || undefined,
    secondMedium: input.secondMedium ?? env.SECOND_MEDIUM ?? undefined,
    demo,
    zone: input.zone ?? env.PROGRAMME_ZONE ?? 'America/Lima',
    logLevel: input.logLevel ?? env.LOG_LEVEL ?? 'info',
  };
}
