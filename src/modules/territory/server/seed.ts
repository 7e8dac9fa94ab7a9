// The programme's territory and the nation's holidays, as data with source and status.

/** Compiled from UBIGEO tables (jmcastagnetto/ubigeo-peru-aumentado, MIT). Coordinates are the capital's, approximate. */
export const UBIGEO_SOURCE = 'ubigeo-peru-aumentado';

export interface DistrictSeed {
  ubigeo: string;
  reniec: string;
  name: string;
  /** What people say. */
  spoken: string[];
  inProgramme: boolean;
  latitude: number;
  longitude: number;
}

export const PROVINCE = {
  ubigeo: '120600',
  reniec: '110700',
  name: 'Satipo',
  latitude: -11.25389,
  longitude: -74.63611,
};
export const DEPARTMENT = {
  ubigeo: '120000',
  reniec: '110000',
  name: 'Junín',
  latitude: -12.07083,
  longitude: -75.20889,
};

export const DISTRICTS: DistrictSeed[] = [
  {
    ubigeo: '120601',
    reniec: '110701',
    name: 'Satipo',
    spoken: ['Satipo'],
    inProgramme: true,
    latitude: -11.25389,
    longitude: -74.63611,
  },
  {
    ubigeo: '120602',
    reniec: '110702',
    name: 'Coviriali',
    spoken: [],
    inProgramme: false,
    latitude: -11.29139,
    longitude: -74.6275,
  },
  {
    ubigeo: '120603',
    reniec: '110703',
    name: 'Llaylla',
    spoken: [],
    inProgramme: false,
    latitude: -11.38111,
    longitude: -74.59028,
  },
  {
    ubigeo: '120604',
    reniec: '110704',
    name: 'Mazamari',
    spoken: ['Mazamari'],
    inProgramme: true,
    latitude: -11.325,
    longitude: -74.53028,
  },
  {
    ubigeo: '120605',
    reniec: '110705',
    name: 'Pampa Hermosa',
    spoken: ['Mariposa'],
    inProgramme: false,
    latitude: -11.40417,
    longitude: -74.75167,
  },
  {
    ubigeo: '120606',
    reniec: '110706',
    name: 'Pangoa',
    spoken: ['San Martín de Pangoa'],
    inProgramme: true,
    latitude: -11.42833,
    longitude: -74.48889,
  },
  {
    ubigeo: '120607',
    reniec: '110707',
    name: 'Río Negro',
    spoken: [],
    inProgramme: false,
    latitude: -11.20889,
    longitude: -74.65944,
  },
  {
    ubigeo: '120608',
    reniec: '110708',
    name: 'Río Tambo',
    spoken: ['Río Tambo'],
    inProgramme: true,
    latitude: -11.1475,
    longitude: -74.30639,
  },
  {
    ubigeo: '120609',
    reniec: '110709',
    name: 'Vizcatán del Ene',
    spoken: [],
    inProgramme: false,
    latitude: -12.18611,
    longitude: -74.02722,
  },
];

/** Populated centres and communities that the references of the field name; more are added on the screen. */
export const COMMUNITIES: { name: string; district: string; status: 'secondary' | 'verify' }[] = [
  { name: 'Satipo', district: '120601', status: 'secondary' },
  { name: 'Mazamari', district: '120604', status: 'secondary' },
  { name: 'San Martín de Pangoa', district: '120606', status: 'secondary' },
  { name: 'Puerto Ocopa', district: '120608', status: 'secondary' },
  { name: 'Tsoroja', district: '120608', status: 'secondary' },
];

/** D.Leg. 713 art. 6 as amended by Ley 31822 (2023-07-08). Movable feasts by name. The decree regulates private employment: the public sector's days are declared by decree. */
export const HOLIDAY_SOURCE = 'D.Leg. 713 art. 6, Ley 31822';
export const HOLIDAYS: [day: string, name: string][] = [
  ['01-01', 'Año Nuevo'],
  ['easter-3', 'Jueves Santo'],
  ['easter-2', 'Viernes Santo'],
  ['05-01', 'Día del Trabajo'],
  ['06-07', 'Batalla de Arica y Día de la Bandera'],
  ['06-29', 'San Pedro y San Pablo'],
  ['07-23', 'Día de la Fuerza Aérea, capitán José Quiñones'],
  ['07-28', 'Fiestas Patrias'],
  ['07-29', 'Fiestas Patrias'],
  ['08-06', 'Batalla de Junín'],
  ['08-30', 'Santa Rosa de Lima'],
  ['10-08', 'Combate de Angamos'],
  ['11-01', 'Todos los Santos'],
  ['12-08', 'Inmaculada Concepción'],
  ['12-09', 'Batalla de Ayacucho'],
  ['12-25', 'Navidad'],
];
