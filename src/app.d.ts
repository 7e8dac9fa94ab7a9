// What every request carries through the screens.
import type { Mode } from '#platform/preferences';
import type { App as Program } from '#platform/app';
import type { Actor } from '#platform/permissions';
import type { RequestFacts } from '#platform/http';
import type { Replica } from '#replication';
import type { IncomingMessage } from 'node:http';

declare global {
  namespace App {
    interface Locals {
      app: Program;
      replica: Replica;
      actor: Actor;
      language: string;
      mode: Mode;
      /** For scripts of this answer. */
      nonce: string;
      facts: RequestFacts;
      /** Proof for a form of this page; asking for it keeps the page out of the shared cache. */
      formToken(): string;
      /** Device's random name, from the visitor's cookie: what rate limits count besides the account. */
      device: string;
    }
    interface Platform {
      req: IncomingMessage;
    }
    interface Error {
      message: string;
      /** What an operator reads over the phone. */
      fault?: string;
    }
  }
}
