// An operator with nervous hands: signs in, registers one visit after the other, sends every form twice, and writes down what the screen said.
import type { Attempt } from './check.ts';

export interface Desk {
  /** Ends after the visit under way. */
  stop(): Promise<void>;
}

interface DeskOptions {
  centre: number;
  /** The address may change when the telecentre starts again. */
  url: () => string;
  username: string;
  password: string;
  attempts: Attempt[];
}

const PATIENCE = 15_000;

async function post(url: string, path: string, fields: Record<string, string>, cookie: string) {
  try {
    return await fetch(url + path, {
      method: 'POST',
      body: new URLSearchParams(fields),
      redirect: 'manual',
      headers: { origin: url, accept: 'text/html', cookie },
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch {
    return undefined; // no answer: nobody was told anything
  }
}

const place = (answer: Response | undefined) => (answer?.status === 303 ? (answer.headers.get('location') ?? '') : '');

async function signIn({ url, username, password }: DeskOptions): Promise<string | undefined> {
  const answer = await post(url(), '/sign-in?/staff', { username, password }, '');
  const cookies = answer?.headers.getSetCookie().map((one) => one.split(';')[0]) ?? [];
  return place(answer) && cookies.length > 0 ? cookies.join('; ') : undefined;
}

async function registerPerson(url: string, cookie: string, name: string): Promise<string | undefined> {
  const fields = {
    given: name,
    surnames: 'Prueba Tortura',
    birthYear: '1990',
    sex: 'female',
    'consent-card': 'yes',
    'consent-ethnicity': 'no',
    notADuplicate: 'on',
  };
  return /people\/([0-9A-Z]+)/.exec(place(await post(url, '/desk/people/new', fields, cookie)))?.[1];
}

export function startDesk(options: DeskOptions): Desk {
  let going = true;
  const work = async () => {
    let cookie: string | undefined;
    let person: string | undefined;
    let made = 0;
    while (going) {
      cookie ??= await signIn(options);
      if (cookie) person ??= await registerPerson(options.url(), cookie, `Rosa ${options.centre}`);
      if (!cookie || !person) {
        await new Promise((resolve) => setTimeout(resolve, 250));
        continue;
      }
      const mark = `torture-${options.centre}-${made++}`;
      const fields = {
        person,
        purposes: 'online-procedure',
        institution: 'sis',
        procedure: mark,
        outcome: 'done',
        _key: mark,
      };
      const attempt: Attempt = { mark, centre: options.centre, visit: undefined };
      options.attempts.push(attempt);
      for (let sending = 0; sending < 2; sending++) {
        const visit = /visits\/([0-9A-Z]+)/.exec(
          place(await post(options.url(), '/desk/visits/new', fields, cookie)),
        )?.[1];
        attempt.visit ??= visit;
      }
    }
  };
  const working = work();
  return {
    async stop() {
      going = false;
      await working;
    },
  };
}
