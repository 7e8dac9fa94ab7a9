// What the command runner needs of the log; the replication engine implements it and the program joins the two.
import type { ClockState } from './clock.ts';
import type { Claimed, LocalTx, RowValues, SettledField } from './db.ts';

export interface ActHeader {
  /** `module.verb` of the command. */
  command: string;
  /** Account, resident's person id or `system`; kept out of `public` and district logs by the recorder. */
  actor: string;
  role: string | undefined;
  /** Hybrid stamp, milliseconds. */
  at: number;
  clockState: ClockState;
}

/** One command's writes. `finish` puts rows and act into the log inside the same transaction. */
export interface ActRecorder {
  append(table: string, row: RowValues & { partition: string; id?: string }): Promise<string>;
  claim(table: string, row: RowValues & { partition: string; id?: string }): Promise<Claimed>;
  settle(table: string, key: { partition: string; id: string }, fields: SettledField[]): Promise<void>;
  update(table: string, key: { partition: string; id: string }, fields: RowValues): Promise<void>;
  request(partition: string, command: string, payload: RowValues): Promise<string>;
  finish(): Promise<void>;
}

export interface Recorder {
  begin(tx: LocalTx, header: ActHeader): ActRecorder;
  newId(): string;
}
