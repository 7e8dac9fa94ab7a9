// Fictional people and proposals of the demonstration; none of them exists.

export interface DemoPerson {
  given: string;
  surnames: string;
  birthYear: number;
  sex: 'female' | 'male' | 'non-binary' | 'prefers-not-to-say';
  ethnicity: string;
  language: string;
}

const GIVEN_FEMALE = [
  'Demo Rosa',
  'Demo Elena',
  'Demo Nélida',
  'Demo Yesica',
  'Demo Ana',
  'Demo Lidia',
  'Demo Marina',
  'Demo Sara',
];
const GIVEN_MALE = [
  'Demo Raúl',
  'Demo Percy',
  'Demo Juan',
  'Demo Wilder',
  'Demo Hugo',
  'Demo Noé',
  'Demo Iván',
  'Demo Saúl',
];
const SURNAMES = [
  'Ejemplo Uno',
  'Ejemplo Dos',
  'Ejemplo Tres',
  'Ejemplo Cuatro',
  'Ejemplo Cinco',
  'Ejemplo Seis',
  'Ejemplo Siete',
  'Ejemplo Ocho',
];
const PEOPLES = [
  'ashaninka',
  'ashaninka',
  'ashaninka',
  'mestizo',
  'quechua',
  'nomatsigenga',
  'mestizo',
  'prefers-not-to-say',
];

/** The same numbers at every installation: a demonstration can be talked about. */
export function demoRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export function demoPerson(index: number, draw: (below: number) => number): DemoPerson {
  const female = draw(100) < 54;
  const names = female ? GIVEN_FEMALE : GIVEN_MALE;
  const ethnicity = PEOPLES[draw(PEOPLES.length)] ?? 'mestizo';
  return {
    given: names[draw(names.length)] ?? 'Demo',
    surnames: `${SURNAMES[index % SURNAMES.length]} ${String.fromCharCode(65 + (Math.floor(index / SURNAMES.length) % 26))}`,
    birthYear: 1950 + draw(64),
    sex: draw(60) === 0 ? 'prefers-not-to-say' : female ? 'female' : 'male',
    ethnicity,
    language: ethnicity === 'ashaninka' ? 'cni' : 'es',
  };
}

/** By district: title, text. */
export const DEMO_PROPOSALS: Record<string, [title: string, text: string][]> = {
  '120608': [
    [
      'Internet en la posta de salud',
      'Pedimos que la conexión del telecentro llegue también a la posta, para consultar con especialistas sin viajar.',
    ],
    [
      'Taller de computación los sábados',
      'Muchas madres trabajan entre semana. Un taller los sábados por la mañana permitiría que aprendan también ellas.',
    ],
    [
      'Paneles solares para la escuela',
      'La escuela pierde clases cuando no hay luz. Proponemos paneles como los del telecentro.',
    ],
  ],
  '120604': [
    [
      'Precios del cacao en la radio',
      'Que la municipalidad lea cada lunes en la radio los precios del cacao y del café.',
    ],
    [
      'Rampa para el local comunal',
      'Las personas mayores y quienes usan silla de ruedas no pueden entrar al local comunal.',
    ],
  ],
};

export const DEMO_PURPOSES = [
  'homework',
  'homework',
  'information',
  'information',
  'communication',
  'equipment',
  'office',
  'training',
  'online-procedure',
] as const;
