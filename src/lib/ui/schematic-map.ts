// Where tiles and rivers lie in the sketch of the territory: topology as it is (the Mazamari flows into the Pangoa, that into the
// Perené; Perené and Ene make the Tambo), distances not. Positions follow the coordinates of the district capitals.

export const WIDTH = 360;
export const HEIGHT = 330;

export interface Tile {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** By INEI UBIGEO. A district that is not here stands in the list only. */
export const TILES: Readonly<Record<string, Tile>> = {
  '120601': { x: 8, y: 74, w: 124, h: 82 },
  '120604': { x: 8, y: 184, w: 116, h: 82 },
  '120606': { x: 158, y: 214, w: 112, h: 82 },
  '120608': { x: 228, y: 74, w: 124, h: 82 },
};

export interface River {
  name: string;
  way: string;
  at: [number, number];
  anchor: 'start' | 'middle' | 'end';
}

export const RIVERS: readonly River[] = [
  { name: 'río Perené', way: 'M0 40C40 26 80 56 124 50S170 36 204 46', at: [10, 24], anchor: 'start' },
  { name: 'río Ene', way: 'M330 330C326 280 296 236 256 196S200 110 204 46', at: [292, 206], anchor: 'start' },
  { name: 'río Tambo', way: 'M204 46C240 56 270 28 304 40S340 46 360 38', at: [350, 24], anchor: 'end' },
  {
    name: 'río Pangoa',
    way: 'M141 254C141 226 146 220 142 188S150 120 166 96S178 60 172 42',
    at: [152, 198],
    anchor: 'start',
  },
  { name: 'río Mazamari', way: 'M0 300C40 284 70 312 104 298S141 280 141 254', at: [10, 326], anchor: 'start' },
];

/** Centres of so many dots along the lower edge of a tile; what does not fit is in the list. */
export function dotsIn(tile: Tile, count: number): [number, number][] {
  const most = Math.max(0, Math.floor((tile.w - 8) / 24));
  return Array.from({ length: Math.min(count, most) }, (_, at) => [tile.x + 20 + at * 24, tile.y + tile.h - 18]);
}

/** Area by people, so that a dot twice as large means twice as many; never too small to be seen. */
export function radius(people: number, most: number): number {
  return Math.max(4, Math.round(11 * Math.sqrt(people / most) * 10) / 10);
}
