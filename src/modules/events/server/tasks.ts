// What waits for who holds events: the day after, somebody writes down who came.
import { text } from '#lib/text/index.ts';
import type { TaskSource } from '#platform/task-source';
import { can } from '#platform/permissions';
import { scopeOfEvent } from './place.ts';
import { uncounted } from './queries.ts';

export const taskSource: TaskSource = {
  name: 'events.attend',
  permission: 'events.attend',
  async list(app, { actor, language, today, limit }) {
    const open = (await uncounted(app.db.read, today)).filter((one) => {
      const scope = scopeOfEvent(one);
      const here = 'site' in scope ? scope.site === app.site.id : app.site.role === 'hub';
      return here && can(actor, 'events.attend', scope);
    });
    const area = app.site.role === 'hub' ? 'office' : 'desk';
    return {
      count: open.length,
      tasks: open.slice(0, limit).map((one) => ({
        id: one.id,
        title: text(language, 'events.task', { title: one.title }),
        href: `/${area}/events/${one.id}`,
        due: null,
        since: one.at,
      })),
    };
  },
};
