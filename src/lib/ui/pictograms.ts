// Our own drawings: one line weight, two tones, hands at work, on a grid of 64. `tone` is filled softly, `line` is drawn.

export interface Drawing {
  tone: string;
  line: string;
}

export const pictograms: Readonly<Record<string, Drawing>> = {
  // people at a table
  people: {
    tone: 'M9 42c0-10 3-15 9-15s9 5 9 11l4 4zM55 42c0-10-3-15-9-15s-9 5-9 11l-4 4z',
    line: 'M18 22a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM46 22a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM9 43c0-11 3-16 9-16s8 4 9 9l4 3M55 43c0-11-3-16-9-16s-8 4-9 9l-4 3M5 43h54M12 43v13M52 43v13M27 43v-4h10v4',
  },
  boat: {
    tone: 'M5 38c10 3 40 3 54-4-2 9-8 14-14 14H18C11 48 7 44 5 38z',
    line: 'M5 38c10 3 40 3 54-4-2 9-8 14-14 14H18C11 48 7 44 5 38zM27 20a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM20 39c0-9 2-15 7-15 4 0 5 3 7 8l7 2M46 14 33 52M5 56q4.5-4 9 0t9 0 9 0 9 0 9 0 9 0',
  },
  radio: {
    tone: 'M8 26h48v28H8z',
    line: 'M10 26h44a2 2 0 0 1 2 2v24a2 2 0 0 1-2 2H10a2 2 0 0 1-2-2V28a2 2 0 0 1 2-2zM23 47a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM23 41v-1M38 34h11M38 40h11M38 47h4M48 47h1M14 26 40 9M46 7c3 1 5 3 6 6M45 13c1 0 2 1 2 2',
  },
  // a cacao pod, with its leaf
  cacao: {
    tone: 'M44 15C51 27 49 41 40 49c-7 6-15 8-23 7-3-8-3-17 2-26 5-9 14-15 25-15z',
    line: 'M44 15C51 27 49 41 40 49c-7 6-15 8-23 7-3-8-3-17 2-26 5-9 14-15 25-15zM44 15C33 24 22 39 17 56M44 15c-12 4-21 15-25 27M44 15c2 12-5 29-20 38M44 15l5-7M47 11c2-5 7-6 12-4-2 5-7 7-12 4z',
  },
  // a solar panel under the sun
  sun: {
    tone: 'M16 32h40l-8 20H6z',
    line: 'M16 32h40l-8 20H6zM12 42h40M29 32l-9 20M43 32l-9 20M27 52v7M18 59h18M18 20a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM18 24v3M8 13H5M31 13h-3M25 20l2 2M11 20l-2 2M25 6l2-2M11 6 9 4',
  },
  // a hand with a card
  card: {
    tone: 'M22 8h34v23H22z',
    line: 'M24 8h30a2 2 0 0 1 2 2v19a2 2 0 0 1-2 2H24a2 2 0 0 1-2-2V10a2 2 0 0 1 2-2zM28 18a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM37 14h13M37 20h9M28 25h22M4 38h8v18H4zM12 41c6-4 11-3 16 0h9c5 0 5 6 0 6H27M39 45l11-7c4-2 8 2 5 6L40 55c-4 3-9 3-14 2l-14-3',
  },
  // an open book and a pencil
  homework: {
    tone: 'M6 17c9-4 18-3 26 3v34c-8-5-17-6-26-3z',
    line: 'M32 20c-8-6-17-7-26-3v34c9-3 18-2 26 3zM32 20c3-2 6-4 10-4M58 34v17c-9-3-18-2-26 3M12 25c5-1 9-1 14 1M12 33c5-1 9-1 14 1M12 41c5-1 9-1 14 1M38 38l3-9L54 9l7 4-13 21zM41 29l7 5',
  },
  search: {
    tone: 'M27 44a17 17 0 1 0 0-34 17 17 0 0 0 0 34z',
    line: 'M27 44a17 17 0 1 0 0-34 17 17 0 0 0 0 34zM39.500 39.500 57 57M19 22h16M19 28h16M19 34h9',
  },
  // a computer and a hand
  computer: {
    tone: 'M12 8h40v28H12z',
    line: 'M30 36H14a2 2 0 0 1-2-2V10a2 2 0 0 1 2-2h36a2 2 0 0 1 2 2v22M19 16h20M19 23h12M30 45H6l2-6c.5-2 2-3 4-3h18M36 49V29a3.500 3.500 0 0 1 7 0v11l10 2c4 1 5 3 5 7 0 6-2 10-6 10h-9c-3 0-5-1-7-4l-6-8c-2-4 2-6 4-4z',
  },
  // a sheet and a hand that writes
  document: {
    tone: 'M10 6h24l10 10v42H10z',
    line: 'M34 6v10h10L34 6H10v52h34v-6M44 16v10M17 22h18M17 30h16M17 38h8M30 44l3-8 16-16 6 6-16 16zM41 24l6 6',
  },
  // one window among others
  program: {
    tone: 'M6 18h38v34H6z',
    line: 'M6 18h38v34H6zM6 26h38M11 22h2M17 22h2M13 33h8v8h-8zM28 33h10M28 40h10M14 18v-8h44v32H44',
  },
  // a public office
  procedure: {
    tone: 'M8 26 32 9l24 17z',
    line: 'M8 26 32 9l24 17zM12 26v26M22 26v26M42 26v26M52 26v26M5 58h54M8 52h48M27 39l4 4 7-8',
  },
  talk: {
    tone: 'M6 10h34v22H22l-9 8v-8H6z',
    line: 'M8 10h30a2 2 0 0 1 2 2v18a2 2 0 0 1-2 2H22l-9 8v-8H8a2 2 0 0 1-2-2V12a2 2 0 0 1 2-2zM47 22h9a2 2 0 0 1 2 2v20a2 2 0 0 1-2 2h-6v9l-10-9H29a2 2 0 0 1-2-2v-3M14 18h18M14 25h11',
  },
  // somebody shows, somebody learns
  training: {
    tone: 'M24 7h34v25H24z',
    line: 'M24 18V7h34v25H34M31 15h19M37 23h13M15 26a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM6 58V39c0-6 4-8 9-8h6l12-9M22 40v18M6 58h16M44 46a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM34 58c0-6 4-9 10-9s10 3 10 9',
  },
  other: {
    tone: 'M32 56a24 24 0 1 0 0-48 24 24 0 0 0 0 48z',
    line: 'M32 56a24 24 0 1 0 0-48 24 24 0 0 0 0 48zM20 34a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM32 34a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM44 34a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  },
  // a raised hand
  proposal: {
    tone: 'M19 36V18l6-4 6-6 6 5 6 5v20c0 9-5 16-13 16-7 0-10-4-14-11z',
    line: 'M25 32V15a3 3 0 0 0-6 0v21l-4-5c-3-3-7 0-5 4l6 12c3 6 7 9 14 9 9 0 15-7 15-17V21a3 3 0 0 0-6 0v11M25 15v-3a3 3 0 0 1 6 0v18M31 13a3 3 0 0 1 6 0v18M37 17c1-2 6-2 6 2M51 14l5-4M53 23l6-1M46 8l2-5',
  },
  results: {
    tone: 'M10 38h11v16H10zM27 28h11v26H27zM44 16h11v38H44z',
    line: 'M10 54V38h11v16M27 54V28h11v26M44 54V16h11v38M5 54h54M9 28l16-12 8 5L49 7M42 7h7v7',
  },
  // an open door
  visit: {
    tone: 'M26 8 46 14v44L26 52z',
    line: 'M26 52V8l20 6v44zM26 8h20v6M46 52h8M10 52h16M40 35v2M4 31h15M14 25l6 6-6 6',
  },
  telecentre: {
    tone: 'M10 29 28 15l18 14v28H10z',
    line: 'M5 33 28 15l23 18M10 29v28h36V29M18 34h20v12H18zM28 46v5M22 51h12M40 24V7M36 13c-2-3-2-7 0-10M44 13c2-3 2-7 0-10M31 9c-1-2-1-3-1-4M50 9c1-2 1-3 1-4',
  },
  support: {
    tone: 'M32 30c-7-6-14-10-14-17 0-8 10-9 14-3 4-6 14-5 14 3 0 7-7 11-14 17z',
    line: 'M32 30c-7-6-14-10-14-17 0-8 10-9 14-3 4-6 14-5 14 3 0 7-7 11-14 17zM4 36h8v20H4zM12 40c6-4 11-3 16 0h9c5 0 5 6 0 6H27M39 44l13-7c4-2 8 2 5 6L40 54c-4 3-9 3-14 2l-14-2',
  },
  calendar: {
    tone: 'M8 14h48v12H8z',
    line: 'M10 14h44a2 2 0 0 1 2 2v38a2 2 0 0 1-2 2H10a2 2 0 0 1-2-2V16a2 2 0 0 1 2-2zM8 26h48M20 8v10M44 8v10M18 35h4M30 35h4M42 35h4M18 45h4M29 45l3 3 6-7',
  },
};
