// Conversations as steps: a generator says what is to be done next and is resumed with what came of it. It does no input or output itself,
// so that the server, the simulator and whoever kills between two steps run the same code.

/** One thing to be done: its name among the doings of the conversation, and what it is handed. */
export interface Step {
  do: string;
  given: unknown[];
}

export type Steps<R> = Generator<Step, R, unknown>;

type Doing = (...given: never[]) => unknown;

/** Asks for one of the doings `P`; an error of the doing is thrown into the conversation at this place. */
export function asker<P extends { [K in keyof P]: Doing }>() {
  return function* ask<K extends keyof P & string>(
    name: K,
    ...given: Parameters<P[K]>
  ): Generator<Step, ReturnType<P[K]>, unknown> {
    return (yield { do: name, given }) as ReturnType<P[K]>; // reason: whoever carries out steps implements P
  };
}

/** The same doings by somebody who takes time for them. */
export type Doers<P extends { [K in keyof P]: Doing }> = {
  [K in keyof P]: (...given: Parameters<P[K]>) => ReturnType<P[K]> | Promise<ReturnType<P[K]>>;
};

/** Carries a conversation out to its end. */
export async function carryOut<P extends { [K in keyof P]: Doing }, R>(steps: Steps<R>, doers: Doers<P>): Promise<R> {
  const by = doers as Record<string, (...given: unknown[]) => unknown>; // reason: `asker` has checked names and arguments
  let step = steps.next();
  while (!step.done) {
    const { do: name, given } = step.value;
    let came: unknown;
    try {
      came = await by[name]?.(...given);
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(came);
  }
  return step.value;
}
