// Fills a telecentre's database with people and visits that nobody made, straight into the tables: what lists and searches are measured on.
import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';

const PURPOSES = ['homework', 'information', 'communication', 'equipment', 'office', 'training', 'online-procedure'];
const GIVEN = ['Rosa', 'Luis', 'Ana', 'Hugo', 'Nelly', 'Percy', 'Eva', 'Raúl', 'Sara', 'Iván'];
const SURNAMES = [
  'Quispe',
  'Camañari',
  'Huamán',
  'Ríos',
  'Poma',
  'Vásquez',
  'Ñaupari',
  'Chumpate',
  'Sánchez',
  'Torres',
];

export interface Crowd {
  people: number;
  visits: number;
  stations: number;
  /** Last civil day of the visits. */
  day: string;
}

export function fill(dataDir: string, site: string, district: string, { people, visits, stations, day }: Crowd): void {
  const db = new DatabaseSync(path.join(dataDir, 'programme.db'));
  const made = [1, 0, 1, 1, Date.parse(day), 2];
  const engine = 'made_site, made_device, made_run, made_n, made_at, made_clock';
  const row = (table: string, columns: string[]) =>
    db.prepare(
      `INSERT INTO ${table} (partition, id, ${columns.join(', ')}, ${engine}) VALUES (${'?, '.repeat(columns.length + 8).slice(0, -2)})`,
    );
  const local = (table: string, columns: string[]) =>
    db.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${'?, '.repeat(columns.length).slice(0, -2)})`);
  const person = row('person', ['given_names', 'surnames', 'birth_year', 'sex', 'card']);
  const token = local('person_search', ['token', 'person', 'partition']);
  const profile = local('profile_state', ['person', 'sex', 'birth_year', 'district', 'people', 'language']);
  const visit = row('visit', ['person', 'day', 'reported']);
  const attention = row('attention', ['visit', 'purpose', 'institution']);
  const station = row('station', ['name', 'kind', 'room', 'x', 'y', 'state']);
  const where = `d/${district}`;
  const here = `t/${site}`;
  db.exec('BEGIN');
  for (let at = 0; at < people; at++) {
    const id = `CROWDPERSON${at}`;
    const [given, surname] = [GIVEN[at % 10] ?? '', SURNAMES[Math.floor(at / 10) % 10] ?? ''];
    const sex = at % 2 === 0 ? 'female' : 'male';
    person.run(
      where,
      id,
      given,
      `${surname} ${SURNAMES[at % 7] ?? ''}`,
      1950 + (at % 60),
      sex,
      String(10_000_000 + at),
      ...made,
    );
    for (const word of [given, surname, String(10_000_000 + at)])
      token.run(word.toLowerCase().normalize('NFD').replace(/\p{M}/gu, ''), id, where);
    profile.run(id, sex, 1950 + (at % 60), district, 'ashaninka', 'cni');
  }
  const last = Date.parse(`${day}T00:00:00Z`);
  for (let at = 0; at < visits; at++) {
    const on = new Date(last - Math.floor((at * 700) / visits) * 86_400_000).toISOString().slice(0, 10);
    visit.run(here, `CROWDVISIT${at}`, `CROWDPERSON${at % people}`, on, 'desk', ...made);
    const purpose = PURPOSES[at % PURPOSES.length] ?? '';
    const institution = purpose === 'online-procedure' ? 'sis' : null;
    attention.run(here, `CROWDACT${at}`, `CROWDVISIT${at}`, purpose, institution, ...made);
  }
  for (let at = 0; at < stations; at++)
    station.run(
      here,
      `CROWDSTATION${at}`,
      `C${at}`,
      'desktop',
      'Sala',
      at % 12,
      Math.floor(at / 12),
      'in-service',
      ...made,
    );
  db.exec('COMMIT');
  db.close();
}
