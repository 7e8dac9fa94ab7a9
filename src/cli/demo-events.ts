// Fictional actions and events of the demonstration: what was, what is coming, who registered and who came.
import { countAttendance, markAttendance, planEvent, register, writeMinutes } from '#modules/events';
import { civilDate } from '#platform/clock';
import { runCommand, type Command } from '#platform/command';
import { anonymous, system, type Actor } from '#platform/permissions';
import type { Program } from './program.ts';

const DAY = 86_400_000;

interface Wish {
  kind: string;
  title: string;
  what: string;
  /** Days from today. */
  in: number;
  from?: string;
  to?: string;
  venue: string;
  organiser: string;
  district: string;
  wide?: string;
  capacity?: string;
  audience?: string;
  contact?: string;
  help?: string;
}

const COMING: Wish[] = [
  {
    ...{ kind: 'workshop', title: 'Taller: el teléfono para vender café (demo)', in: 3, from: '9:00', to: '12:00' },
    what: 'Fotos del café, precios y respuestas a compradores desde un teléfono sencillo. Traiga su teléfono, si tiene.',
    ...{
      venue: 'Telecentro Mazamari, junto al mercado',
      organiser: 'Programa (demo)',
      district: '120604',
      capacity: '15',
    },
    ...{ audience: 'Productoras y productores, primero mujeres y jóvenes', help: 'Hay cuidado de niños.' },
  },
  {
    ...{
      kind: 'hearing',
      title: 'Audiencia pública: lo hecho y lo que falta (demo)',
      in: 9,
      from: '10:00',
      to: '13:00',
    },
    what: 'La municipalidad cuenta cómo gastó el presupuesto, qué logró y qué dificultades tuvo. Después responde preguntas.',
    ...{
      venue: 'Coliseo municipal de Puerto Prado',
      organiser: 'Municipalidad de Río Tambo (demo)',
      district: '120608',
    },
    ...{ audience: 'Todas las personas del distrito', help: 'Botes desde Puerto Ocopa a las 7:00.' },
  },
  {
    ...{ kind: 'fair', title: 'Feria de cacao y café (demo)', in: 16, venue: 'Plaza de Pangoa', district: '120606' },
    ...{ what: 'Grupos de las comunidades muestran y venden.', organiser: 'Grupos de productoras (demo)' },
  },
  {
    ...{ kind: 'deadline', title: 'Último día para presentar propuestas (demo)', in: 20, wide: 'on' },
    what: 'Las propuestas de este año se reciben hasta ese día en cualquier telecentro o en este sitio.',
    ...{ venue: 'Todos los telecentros', organiser: 'Programa (demo)', district: '120601' },
  },
  {
    ...{ kind: 'clinic', title: 'Día de trámites: DNI y certificados (demo)', in: 6, from: '8:00', to: '16:00' },
    what: 'Ayuda para sacar citas y certificados en línea. Traiga su documento, si lo tiene.',
    ...{
      venue: 'Local comunal de Satipo',
      organiser: 'Municipalidad de Satipo (demo)',
      district: '120601',
      capacity: '40',
    },
  },
];

const HELD: Wish = {
  ...{ kind: 'assembly', title: 'Asamblea de organizaciones (demo)', in: 0, from: '0:00', to: '0:30' },
  what: 'Las organizaciones del distrito eligen a sus delegadas y delegados.',
  ...{ venue: 'Local comunal de Mazamari', organiser: 'Organizaciones (demo)', district: '120604' },
};

const NAMES = ['Flor (demo)', 'Nelly (demo)', 'Abel (demo)', 'Rocío (demo)'];

/** At the hub, by the same commands as the screens; everything bears «(demo)». */
export async function fillEvents({ app }: Program): Promise<void> {
  const must = async <I, O>(command: Command<I, O>, actor: Actor, input: unknown): Promise<O> => {
    const outcome = await runCommand(app, command, { actor, input });
    if (!outcome.ok) throw new Error(`demo events, ${command.name}: ${JSON.stringify(outcome.refusal)}`);
    return outcome.value;
  };
  const planned = async ({ in: days, ...wish }: Wish) =>
    must(planEvent, system, { ...wish, day: civilDate(app.clock.now() + days * DAY, app.config.zone), publish: 'on' });
  for (const wish of COMING) {
    const { id } = await planned(wish);
    if (wish.capacity) for (const name of NAMES) await must(register, anonymous(), { event: id, name });
  }
  const held = await planned({ ...HELD, to: '23:59' });
  const places = [];
  for (const name of NAMES) places.push(await must(register, anonymous(), { event: held.id, name }));
  for (const { id } of places.slice(0, 3)) await must(markAttendance, system, { event: held.id, place: id });
  const counts = { 'female.15-29': '9', 'female.30-64': '14', 'male.15-29': '6', 'male.30-64': '11' };
  await must(countAttendance, system, { event: held.id, ...counts, total: '40' });
  const minutes = 'Se eligió a cuatro delegadas y tres delegados (demo).\nSe acordó volver a reunirse en un mes.';
  await must(writeMinutes, system, { event: held.id, minutes });
}
