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

/** OpenSSL knows no other time than the machine's: where that is wrong the certificate is judged here, before a byte of ours goes over. */
class JudgingAgent extends https.Agent {
  readonly #judgedAt: () => number | undefined;
  readonly #trusted: string[] | undefined;
  constructor(options: https.AgentOptions, judgedAt: () => number | undefined, trusted: string[] | undefined) {
    super(options);
    this.#judgedAt = judgedAt;
    this.#trusted = trusted;
  }

  override createConnection(
    options: ConnectionOptions & { _agentKey?: string },
    made: Made,
  ): Duplex | null | undefined {
    const at = this.#judgedAt();
    if (at === undefined) return super.createConnection(options, made);
    // a session that is taken up again brings no certificate to judge
    const others = { ...options, _agentKey: undefined };
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
    const socket = super.createConnection({ ...others, rejectUnauthorized: false }, (error, later) => {
      if (error) made(error);
      else if (later) judge(later);
    });
    if (socket) judge(socket);
    return undefined;
  }
}
