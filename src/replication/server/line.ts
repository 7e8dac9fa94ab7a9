// The connections to the hub of one telecentre: kept between requests and between sessions close together, taken up again without a new
// handshake, through the proxy that the machine is set to, and judged by the right time where the machine's clock is wrong.
import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import tls, { type ConnectionOptions, type TLSSocket } from 'node:tls';
import { judgeCertificate } from './certificates.ts';

/** An idle connection is kept no longer: a modem may have lost it without a word. */
const IDLE = 30_000;

export interface LineOptions {
  /** Milliseconds UTC at which certificates are judged where the machine's clock is wrong; undefined: by that clock. */
  judgedAt?: () => number | undefined;
  /** `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`; those of the process by default. */
  proxies?: NodeJS.ProcessEnv;
  /** Certificates that are trusted instead of the machine's, PEM: in tests. */
  trusted?: string[];
}

export interface Line {
  agentFor(url: URL): http.Agent;
  close(): void;
}

export function openLine({ judgedAt, proxies = process.env, trusted }: LineOptions = {}): Line {
  const { HTTP_PROXY, http_proxy, HTTPS_PROXY, https_proxy, NO_PROXY, no_proxy } = proxies;
  const proxyEnv = { HTTP_PROXY, http_proxy, HTTPS_PROXY, https_proxy, NO_PROXY, no_proxy };
  const options = { keepAlive: true, maxSockets: 1, timeout: IDLE, proxyEnv };
  const plain = new http.Agent(options);
  const secure = new JudgingAgent(
    { ...options, ...(trusted && { ca: trusted }) },
    judgedAt ?? (() => undefined),
    trusted,
  );
  return {
    agentFor: ({ protocol }) => (protocol === 'https:' ? secure : plain),
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

type Made = (error: Error | null, socket?: Duplex) => void;

/**
 * With a session to take up, the keys of its whole handshake live on in the new ones; the exchange of keys beside them may be a short one. A whole
 * handshake has OpenSSL's own choice, which a quantum computer does not open, for 2.3 kB more.
 */
const SHORT_EXCHANGE = 'X25519:P-256';

/** OpenSSL knows no other time than the machine's: where that is wrong the certificate is judged here, before a byte of ours goes over. */
class JudgingAgent extends https.Agent {
  readonly #judgedAt: () => number | undefined;
  readonly #trusted: string[] | undefined;
  /** By host and port; TLS sessions that may be taken up again. */
  readonly #sessions = new Map<string, Buffer>();
  constructor(options: https.AgentOptions, judgedAt: () => number | undefined, trusted: string[] | undefined) {
    super({ ...options, maxCachedSessions: 0 });
    this.#judgedAt = judgedAt;
    this.#trusted = trusted;
  }

  override createConnection(options: ConnectionOptions, made: Made): Duplex | null | undefined {
    const at = this.#judgedAt();
    // a session that is taken up again brings no certificate to judge
    return at === undefined ? this.#takeUp(options, made) : this.#judge(options, at, made);
  }

  #takeUp(options: ConnectionOptions, made: Made): Duplex | null | undefined {
    const name = `${options.host}:${options.port}`;
    const session = this.#sessions.get(name);
    const keep = (socket: Duplex) => {
      const secured = socket as TLSSocket; // reason: what this agent makes is TLS
      secured.on('session', (ticket: Buffer) => {
        if (!session || secured.isSessionReused()) this.#sessions.set(name, ticket);
      });
      // one that is refused makes a whole handshake by the short exchange: the next makes one by the long
      secured.once('secureConnect', () => {
        if (session && !secured.isSessionReused() && this.#sessions.get(name) === session) this.#sessions.delete(name);
      });
    };
    const known = session && { session, ecdhCurve: SHORT_EXCHANGE };
    const socket = super.createConnection({ ...options, ...known }, (error, later) => {
      if (later) keep(later);
      made(error, later);
    });
    if (socket) keep(socket);
    return socket;
  }

  #judge(options: ConnectionOptions, at: number, made: Made): undefined {
    const host = options.servername ?? options.host ?? '';
    const judge = (socket: Duplex) => {
      const secured = socket as TLSSocket; // reason: what this agent makes is TLS
      const fail = (error: Error) => {
        secured.destroy();
        made(error);
      };
      const look = () => {
        secured.off('error', fail);
        judgeCertificate(secured, host, at, this.#trusted ?? tls.getCACertificates()).then(
          () => made(null, secured),
          fail,
        );
      };
      secured.once('error', fail);
      if (secured.getPeerX509Certificate()) look();
      else secured.once('secureConnect', look);
    };
    const socket = super.createConnection({ ...options, rejectUnauthorized: false }, (error, later) => {
      if (error) made(error);
      else if (later) judge(later);
    });
    if (socket) judge(socket);
  }
}
