// Ornaments of our own on a strip of 480 by 48, for screens and for paper: no pattern, symbol or dress of any people.

export const PATTERNS = {
  /** Rivers that come from the hills and flow into one. */
  rivers:
    'M4 6C60 6 84 18 132 22S212 24 240 24s76-2 124-4 72-12 112-12M4 24h52c40 0 60 0 96 0s60 0 88 0M4 42C56 42 88 32 132 28s80-4 108-4 80 4 124 6 80 10 112 12M300 24c48 2 88 0 176 0',
  /** A hillside, line above line. */
  contours:
    'M4 44C60 40 84 8 128 8s60 28 108 28 68-22 112-22 72 26 128 26M36 44c36-6 60-26 92-26s56 26 108 26 76-20 112-20 56 16 84 20M84 44c16-6 28-16 44-16s32 10 48 16M300 44c16-6 32-10 48-10s28 4 40 10',
} as const;
