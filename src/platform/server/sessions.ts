// Who is signed in: the module of accounts registers how a session's token becomes an actor; the hook asks here.
import type { App } from './app.ts';
import { anonymous, type Actor } from './permissions.ts';

export type SessionReader = (app: App, token: string) => Promise<Actor | null>;

let reader: SessionReader = () => Promise.resolve(null);

export function setSessionReader(read: SessionReader): void {
  reader = read;
}

/** The actor behind a session's token; signed out when there is none or it has ended. */
export async function readActor(app: App, token: string | undefined, language: string): Promise<Actor> {
  const actor = token ? await reader(app, token) : null;
  return actor ? { ...actor, language: actor.language || language } : anonymous(language);
}
