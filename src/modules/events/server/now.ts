// An instant as day and minute on the programme's clock.
import { civilDate } from '#platform/clock';
import type { Now } from './rules.ts';

/** `instant` in milliseconds UTC. */
export function civilDateTime(instant: number, zone: string): Now {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const [hour = 0, minute = 0] = parts.format(instant).split(':').map(Number);
  return { day: civilDate(instant, zone), minute: hour * 60 + minute };
}
