// Our own drawings: one line weight, two tones, on a grid of 64. `tone` paths are filled softly, `line` paths are drawn.

export interface Drawing {
  tone: string;
  line: string;
}

export const pictograms: Record<string, Drawing> = {
  people: {
    tone: 'M8 44h48v6H8z',
    line: 'M20 26a6 6 0 1 0 0-12 6 6 0 0 0 0 12M44 26a6 6 0 1 0 0-12 6 6 0 0 0 0 12M10 44c0-9 4-14 10-14s10 5 10 14M34 44c0-9 4-14 10-14s10 5 10 14M6 44h52M12 44v12M52 44v12',
  },
  boat: {
    tone: 'M8 40h48l-8 10H16z',
    line: 'M8 40h48l-8 10H16zM20 40v-9h16v9M36 34h10v6M4 56c6-4 10 4 16 0s10-4 16 0 10 4 16 0 6-2 8-2',
  },
  radio: {
    tone: 'M10 26h44v26H10z',
    line: 'M10 26h44v26H10zM24 45a6 6 0 1 0 0-12 6 6 0 0 0 0 12M38 33h10M38 39h10M38 45h6M16 26 44 10',
  },
  cacao: {
    tone: 'M32 10c12 6 16 18 12 30-2 8-7 14-12 16-5-2-10-8-12-16-4-12 0-24 12-30z',
    line: 'M32 10c12 6 16 18 12 30-2 8-7 14-12 16-5-2-10-8-12-16-4-12 0-24 12-30zM32 10v46M26 16c-4 12-4 24 0 34M38 16c4 12 4 24 0 34M32 10c0-3 2-5 5-6',
  },
  sun: {
    tone: 'M14 32h36l6 20H8z',
    line: 'M14 32h36l6 20H8zM11 42h42M26 32l-3 20M38 32l3 20M32 52v8M24 60h16M32 22a6 6 0 1 0 0-12 6 6 0 0 0 0 12M32 4v2M44 16h2M18 16h2M41 7l1-1M23 7l-1-1',
  },
  card: {
    tone: 'M22 14h34v22H22z',
    line: 'M22 14h34v22H22zM22 21h34M28 29h8M6 40c6-6 12-6 18-2l10 2c4 1 3 6-1 6h-9M33 45l14-5c5-1 7 4 3 7L32 57c-6 3-12 0-26-1',
  },
  homework: {
    tone: 'M10 16c8-4 16-2 22 4v32c-6-5-14-7-22-3z',
    line: 'M32 20c6-6 14-8 22-4v33c-8-4-16-2-22 3-6-5-14-7-22-3V16c8-4 16-2 22 4zM32 20v32M16 24c4-1 7 0 10 2M16 32c4-1 7 0 10 2M38 26c3-2 6-3 10-2',
  },
  search: {
    tone: 'M28 44a16 16 0 1 0 0-32 16 16 0 0 0 0 32',
    line: 'M28 44a16 16 0 1 0 0-32 16 16 0 0 0 0 32M40 40l16 16M22 26h12M22 32h8',
  },
  computer: { tone: 'M10 12h44v30H10z', line: 'M10 12h44v30H10zM26 42l-2 10M38 42l2 10M18 52h28M18 20h16M18 27h10' },
  document: { tone: 'M16 8h22l10 10v38H16z', line: 'M16 8h22l10 10v38H16zM38 8v10h10M22 28h20M22 36h20M22 44h12' },
  program: {
    tone: 'M10 14h44v36H10z',
    line: 'M10 14h44v36H10zM10 24h44M16 19h2M22 19h2M22 32l-5 5 5 5M42 32l5 5-5 5M35 30l-6 14',
  },
  procedure: {
    tone: 'M12 26h40v26H12z',
    line: 'M12 52V26M52 52V26M8 26 32 10l24 16zM22 52V32M32 52V32M42 52V32M6 56h52',
  },
  talk: {
    tone: 'M8 12h34v22H22l-8 8v-8H8z',
    line: 'M8 12h34v22H22l-8 8v-8H8zM48 24h8v20h-6v8l-8-8H28v-6M16 20h18M16 27h12',
  },
  training: {
    tone: 'M8 12h48v28H8z',
    line: 'M8 12h48v28H8zM16 20h20M16 28h14M32 40v6M32 46l-10 12M32 46l10 12M46 32l-6-6',
  },
  other: {
    tone: 'M32 54a22 22 0 1 0 0-44 22 22 0 0 0 0 44',
    line: 'M32 54a22 22 0 1 0 0-44 22 22 0 0 0 0 44M22 32h1M32 32h1M42 32h1',
  },
  proposal: {
    tone: 'M14 30l28-14v32L14 36z',
    line: 'M14 30l28-14v32L14 36zM14 29v8M10 30v6M18 38l4 14h6l-4-12M48 26c3 3 3 9 0 12M53 21c6 6 6 16 0 22',
  },
  results: {
    tone: 'M12 34h10v18H12zM27 22h10v30H27z',
    line: 'M12 34h10v18H12zM27 22h10v30H27zM42 12h10v40H42zM6 52h52',
  },
  visit: { tone: 'M18 10h28v46H18z', line: 'M18 10h28v46H18zM10 56h44M39 33h1M4 33h20M18 27l6 6-6 6' },
};
