// The one way to write: a command is parsed, allowed, run and logged in one transaction, and the same key twice has one effect.
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { App, SiteContext } from './app.ts';
import type { AuditEntry } from './audit.ts';
import { writeAudit } from './audit.ts';
import { civilDate, type ClockState } from './clock.ts';
import type { LocalTx, Tx } from './db.ts';
import { Fault, Refusal, storageRefusal, type RefusalParams } from './errors.ts';
import { fieldIssues, type FieldIssue } from './input.ts';
import { can, type Actor, type Scope } from './permissions.ts';

declare module './db.ts' {
  interface Tables {
    command_receipt: { key: string; command: string; result: string; at: number };
  }
}

export interface CommandContext {
  tx: Tx;
  actor: Actor;
  /** The role under which the actor does this, for the log's header. */
  role: string | undefined;
  /** Hybrid stamp of this act, milliseconds UTC. */
  now: number;
  /** This machine's own clock, for what lasts a while here only (sessions, waits, links); a stamp stays ahead once a clock was. */
  wall: number;
  clockState: ClockState;
  /** This run of the program and the milliseconds it has lasted. */
  running: { run: string; for: number };
  site: SiteContext;
  /** What each shipped role allows. */
  roles: App['roles'];
  /** The programme's zone. */
  zone: string;
  /** Civil date of `now` in the programme's zone. */
  today(): string;
  newId(): string;
  refuse(code: string, options?: { field?: string; params?: RefusalParams }): never;
  audit(entry: AuditEntry): Promise<void>;
  /** Runs once the transaction is durable; its failure is logged and changes nothing. */
  afterCommit(work: () => Promise<void> | void): void;
}

export interface Command<Input, Output> {
  /** `module.verb`. */
  name: string;
  /** Null: anyone may, also signed out. */
  permission: string | null;
  input: v.GenericSchema<unknown, Input>;
  /** Where it happens; asked inside the transaction. Default: this site, or the programme at the hub. */
  scope?: ((input: Input, ctx: CommandContext) => Scope | Promise<Scope>) | undefined;
  run(ctx: CommandContext, input: Input): Promise<Output>;
}

export function defineCommand<Input, Output>(command: Command<Input, Output>): Command<Input, Output> {
  return command;
}

export interface CommandRefusal {
  code: string;
  field?: string | undefined;
  params: RefusalParams;
  /** All fields that did not fit, when the code is `input.invalid`. */
  issues: FieldIssue[];
}
export type Outcome<Output> = { ok: true; value: Output; repeated: boolean } | { ok: false; refusal: CommandRefusal };

export interface CommandCall {
  actor: Actor;
  input: unknown;
  /** Idempotency key, made where the person acted; bound here to command and actor. */
  key?: string | undefined;
}

/** Errors: refusals come back as values; anything else is thrown as a Fault whose id is in the log. */
export async function runCommand<Input, Output>(
  app: App,
  command: Command<Input, Output>,
  call: CommandCall,
): Promise<Outcome<Output>> {
  const parsed = v.safeParse(command.input, call.input, { abortPipeEarly: true });
  if (!parsed.success)
    return { ok: false, refusal: { code: 'input.invalid', params: {}, issues: fieldIssues(parsed.issues) } };
  const receiptKey = call.key ? keyOf(command.name, call.actor, call.key) : undefined;
  const after: (() => Promise<void> | void)[] = [];
  try {
    const outcome = await app.db.transaction(async (tx): Promise<Outcome<Output>> => {
      after.length = 0; // a repeat after a serialization failure starts anew
      if (receiptKey) {
        const receipt = await tx
          .selectFrom('command_receipt')
          .select('result')
          .where('key', '=', receiptKey)
          .executeTakeFirst();
        if (receipt) return { ok: true, value: JSON.parse(receipt.result) as Output, repeated: true };
      }
      const value = await within(app, tx, command, call.actor, parsed.output, after);
      if (receiptKey) {
        const result = JSON.stringify(value ?? null);
        await tx.local
          .insertInto('command_receipt')
          .values({ key: receiptKey, command: command.name, result, at: app.clock.now() })
          .execute();
      }
      return { ok: true, value, repeated: false };
    });
    await runAfterCommit(app, command.name, after);
    return outcome;
  } catch (error) {
    const refusal = error instanceof Refusal ? error : storageRefusal(error);
    if (refusal) {
      if (refusal !== error)
        app.log.error({ command: command.name, err: error, code: refusal.code }, 'storage refused a command');
      return {
        ok: false,
        refusal: {
          code: refusal.code,
          field: refusal.field,
          params: refusal.params,
          issues: refusal.field ? [{ field: refusal.field, code: refusal.code }] : [],
        },
      };
    }
    if (error instanceof Fault) throw error;
    const fault = new Fault(error);
    app.log.error({ fault: fault.id, command: command.name, err: error }, 'fault in a command');
    throw fault;
  }
}

async function within<Input, Output>(
  app: App,
  tx: LocalTx,
  command: Command<Input, Output>,
  actor: Actor,
  input: Input,
  after: (() => Promise<void> | void)[],
): Promise<Output> {
  const now = app.clock.stamp();
  const clockState = app.clock.state();
  const grant = command.permission
    ? actor.grants.find((one) => one.permissions.has(command.permission ?? ''))
    : undefined;
  const role = grant?.role ?? (actor.kind === 'resident' ? 'resident' : undefined);
  const act = app.recorder.begin(tx, {
    command: command.name,
    actor: actor.account ?? actor.person ?? actor.kind,
    role,
    at: now,
    clockState,
  });
  const full: Tx = Object.assign(tx, {
    append: act.append.bind(act),
    claim: act.claim.bind(act),
    settle: act.settle.bind(act),
    update: act.update.bind(act),
    request: act.request.bind(act),
  });
  const ctx: CommandContext = {
    tx: full,
    actor,
    role,
    now,
    wall: app.clock.now(),
    clockState,
    running: app.clock.running(),
    site: app.site,
    roles: app.roles,
    zone: app.config.zone,
    today: () => civilDate(now, app.config.zone),
    newId: () => app.recorder.newId(),
    refuse(code, options) {
      throw new Refusal(code, options);
    },
    audit: (entry) => writeAudit(tx, { ...entry, at: now, actor }),
    afterCommit: (work) => after.push(work),
  };
  if (command.permission) {
    const scope = (await command.scope?.(input, ctx)) ?? defaultScope(app.site);
    if (actor.kind === 'anonymous') ctx.refuse('permissions.sign-in');
    // an expiry by clock never stops saving where the clock is not to be trusted
    if (!can(actor, command.permission, scope, clockState === 'unknown' ? undefined : ctx.today()))
      ctx.refuse('permissions.denied');
  }
  const value = await command.run(ctx, input);
  await act.finish();
  return value;
}

export function defaultScope(site: SiteContext): Scope {
  return site.id && site.district ? { site: site.id, district: site.district } : { programme: true };
}

/** A key is worth only for the one who made it: somebody else's key must not fetch their result. */
function keyOf(command: string, actor: Actor, key: string): string {
  const who = actor.account ?? actor.person ?? actor.sessionId ?? actor.kind;
  return createHash('sha256').update(`${command}\n${who}\n${key}`).digest('base64url').slice(0, 32);
}

async function runAfterCommit(app: App, command: string, after: (() => Promise<void> | void)[]): Promise<void> {
  for (const work of after) {
    try {
      await work();
    } catch (error) {
      app.log.error({ command, err: error }, 'work after the commit failed; the act itself is saved');
    }
  }
}
