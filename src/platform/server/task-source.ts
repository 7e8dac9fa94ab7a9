// What a module declares of what waits for somebody: the list of one's tasks asks for it.
import type { App } from './app.ts';
import type { Actor } from './permissions.ts';

export interface Task {
  /** Once within its source. */
  id: string;
  /** What to do, ready to read. */
  title: string;
  /** Where it is done. */
  href: string;
  /** Civil day until which it is due, and the sentence that says why; null where nothing says so. */
  due: { day: string; why: string } | null;
  /** Since when it waits, milliseconds UTC. */
  since: number | null;
}

export interface TaskRequest {
  actor: Actor;
  language: string;
  /** Civil day in the programme's zone. */
  today: string;
  limit: number;
}

export interface TaskPage {
  tasks: Task[];
  /** Of all; null where there are more than it counts. */
  count: number | null;
}

export interface TaskSource {
  /** `proposals.answer`; its heading is the text `tasks.<name>`. */
  name: string;
  /** What must be held somewhere for any of it to wait for somebody. */
  permission: string;
  /** What waits for this actor here, the most urgent first. */
  list(app: App, request: TaskRequest): Promise<TaskPage>;
}
