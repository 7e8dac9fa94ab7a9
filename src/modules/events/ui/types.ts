// An event as a list shows it.

export interface ShownEvent {
  id: string;
  kind: string;
  title: string;
  /** Ready to read, with the day's name. */
  when: string;
  /** How far away: «dentro de 3 días»; empty for what is over. */
  distance: string;
  venue: string;
  district: string;
  organiser: string;
  cancelled: boolean;
  /** Ready to read: places left. */
  places?: string | undefined;
}
