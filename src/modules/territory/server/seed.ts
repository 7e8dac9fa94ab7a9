// The programme's territory and the nation's holidays, as data with source and status.

/** Tables of UBIGEO codes (jmcastagnetto/ubigeo-peru-aumentado, MIT). Coordinates are the capital's, approximate. */
export const UBIGEO_SOURCE = 'ubigeo-peru-aumentado (MIT)';
/** Creation laws as the provincial tourism inventory gives them. */
const INVENTORY = 'inventario turístico provincial';

interface UnitSeed {
  ubigeo: string;
  reniec: string;
  name: string;
  latitude: number;
  longitude: number;
  /** Day of the law that made it; absent = not verified. */
  since?: string;
  law?: string;
  capital: string;
}

export interface DistrictSeed extends UnitSeed {
  /** What people say besides the official name. */
  spoken: string[];
  inProgramme: boolean;
}

export const DEPARTMENT: UnitSeed = {
  ubigeo: '120000',
  reniec: '110000',
  name: 'Junín',
  capital: 'Huancayo',
  latitude: -12.07083,
  longitude: -75.20889,
};

export const PROVINCE: UnitSeed = {
  ubigeo: '120600',
  reniec: '110700',
  name: 'Satipo',
  capital: 'Satipo',
  latitude: -11.25389,
  longitude: -74.63611,
  since: '1965-03-26',
  law: 'Ley 15481',
};

const LAW_15481 = { since: '1965-03-26', law: 'Ley 15481' };

const district = (
  ubigeo: string,
  name: string,
  capital: string,
  [latitude, longitude]: [number, number],
  more: Partial<DistrictSeed> = {},
): DistrictSeed => ({
  ubigeo,
  reniec: `1107${ubigeo.slice(4)}`,
  name,
  capital,
  latitude,
  longitude,
  spoken: [],
  inProgramme: false,
  ...more,
});

/** RENIEC's codes of this province happen to end like INEI's; they are a system of their own and are kept apart. */
export const DISTRICTS: DistrictSeed[] = [
  district('120601', 'Satipo', 'Satipo', [-11.25389, -74.63611], {
    inProgramme: true,
    since: '1940-12-18',
    law: 'Ley 9171',
  }),
  district('120602', 'Coviriali', 'Coviriali', [-11.29139, -74.6275], LAW_15481),
  district('120603', 'Llaylla', 'Llaylla', [-11.38111, -74.59028], LAW_15481),
  district('120604', 'Mazamari', 'Mazamari', [-11.325, -74.53028], { inProgramme: true, ...LAW_15481 }),
  district('120605', 'Pampa Hermosa', 'Mariposa', [-11.40417, -74.75167], LAW_15481),
  district('120606', 'Pangoa', 'San Martín de Pangoa', [-11.42833, -74.48889], {
    inProgramme: true,
    spoken: ['San Martín de Pangoa'],
    ...LAW_15481,
  }),
  district('120607', 'Río Negro', 'Río Negro', [-11.20889, -74.65944], LAW_15481),
  district('120608', 'Río Tambo', 'Puerto Ocopa', [-11.1475, -74.30639], {
    inProgramme: true,
    since: '1943-01-29',
    law: 'Ley 9801',
  }),
  // made later than the others; its law and day are not verified
  district('120609', 'Vizcatán del Ene', 'San Miguel del Ene', [-12.18611, -74.02722]),
];

export function sourceOf(unit: UnitSeed): string {
  return unit.law ? `${UBIGEO_SOURCE}; ${unit.law} (${INVENTORY})` : UBIGEO_SOURCE;
}

/** Communities that the programme's references name; more are added on the screen, each with where its name comes from. */
export const COMMUNITIES: { name: string; district: string; source: string; status: 'secondary' | 'verify' }[] = [
  {
    name: 'Tsoroja',
    district: '120608',
    source: 'referencia sobre lenguas: lugar de Río Tambo donde se habla kakinte',
    status: 'secondary',
  },
];

/** Of the nation, as amended on 2023-07-08. The norm regulates private employment; days of the public sector are declared year by year. */
export const HOLIDAY_SOURCE = 'D.Leg. 713 art. 6, Ley 31822';
export const HOLIDAYS: [day: string, name: string][] = [
  ['01-01', 'Año Nuevo'],
  ['easter-3', 'Jueves Santo'],
  ['easter-2', 'Viernes Santo'],
  ['05-01', 'Día del Trabajo'],
  ['06-07', 'Batalla de Arica y Día de la Bandera'],
  ['06-29', 'San Pedro y San Pablo'],
  ['07-23', 'Día de la Fuerza Aérea del Perú'],
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
