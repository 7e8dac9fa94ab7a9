// What the demonstration's site says: facts of the programme's public page with their source, and fictional news marked so.
import { publishPage, setProgramme, startPage, versionsOf } from '#modules/site';
import { runAsSystem } from './operations.ts';
import type { Program } from './program.ts';

/** From the public page of the project of 2014-2015, reported by others; nothing here was confirmed with its organisations. */
const PROGRAMME = {
  purpose:
    'Contribuir a que haya menos pobreza y desigualdad entre las familias más vulnerables, con gobierno local, alfabetización digital, instituciones municipales más fuertes y economía local; con equidad y cuidado del ambiente, mediante una conectividad sostenible.',
  objectives: [
    'Acceso a nuevas tecnologías de educación e información por medio de telecentros, y oportunidades de participación ciudadana, sobre todo para jóvenes, mujeres y población indígena.',
    'Capacidad de la sociedad civil y del gobierno local para gestionar y coordinar el desarrollo social y económico.',
    'Iniciativas productivas que den ingresos sostenibles a jóvenes, mujeres, población indígena e integrantes de organizaciones locales.',
  ].join('\n'),
  results: [
    'Mujeres y hombres amplían por sí mismos sus oportunidades de desarrollo y participación local con las nuevas tecnologías.',
    'Trabajadores, directivos y representantes de la sociedad civil fortalecen sus capacidades de cooperación.',
    'Mujeres, jóvenes y población indígena desarrollan iniciativas productivas sostenibles.',
  ].join('\n'),
  partners: 'CEDRO\nOikos',
  visibility: 'Financiado por la Comisión Europea (por confirmar la frase de visibilidad).',
  contact: '',
  links: '',
  starts: '2014-03-01',
  ends: '2015-12-31',
  status: 'secondary',
  source: 'Página pública del proyecto (oikos.pt); días exactos por confirmar',
};

const NEWS = [
  {
    district: '120608',
    title: 'El telecentro de Puerto Ocopa abre también los sábados (demo)',
    summary: 'De ocho a doce, con ayuda para trámites y tareas.',
    body: 'La comunidad lo pidió en la última asamblea.\n\n## Qué se puede hacer\n\n- Usar una computadora con su carné\n- Pedir ayuda con un trámite\n- Imprimir\n\nMire las [actividades](/events?district=120608) de las próximas semanas.',
  },
  {
    district: '',
    title: 'Doce personas nuevas ayudan en los telecentros (demo)',
    summary: 'Terminaron su formación y empiezan este mes.',
    body: 'Todas viven en las comunidades donde van a trabajar. **Gracias** a quienes les enseñaron.',
  },
];

export async function fillSite(program: Program): Promise<void> {
  await runAsSystem(program, setProgramme, PROGRAMME);
  for (const news of NEWS) {
    const { id } = await runAsSystem(program, startPage, { ...news, kind: 'news' });
    const [version] = await versionsOf(program.app.db.read, [id]);
    await runAsSystem(program, publishPage, { page: id, version: version?.id });
  }
}
