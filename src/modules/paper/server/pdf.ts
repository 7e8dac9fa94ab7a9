// The sheets themselves: a log of visits, a list of those present, a form to join; the same lines in the same order as the screen that copies them.
import { text } from '#lib/text/index.ts';
import { drawHead, MARGIN, openPaper, type PaperHead } from '#platform/paper';
import { INSTITUTIONS, visitCode } from '#modules/visits';
import type { SheetInfo } from './queries.ts';
import { LETTERS } from './rules.ts';

export interface SheetsHead {
  language: string;
  from: string;
  /** Day as words, where a sheet is for one. */
  dayOf: (day: string) => string;
}

type Column = [text: string, share: number];
const COLUMNS: Record<string, Column[]> = {
  visits: [
    ...([
      ['line', 4],
      ['hour', 8],
      ['card', 18],
      ['who', 18],
      ['letters', 16],
    ] as Column[]),
    ...([
      ['institution', 10],
      ['procedure', 26],
    ] as Column[]),
  ],
  attendance: [
    ['line', 5],
    ['name', 40],
    ['card', 22],
    ['who', 15],
    ['sign', 18],
  ],
};

export async function sheetsPdf(sheets: readonly SheetInfo[], head: SheetsHead): Promise<Buffer> {
  const t = (key: string) => text(head.language, key);
  const headOf = (sheet: SheetInfo): PaperHead => ({
    title:
      sheet.title && sheet.kind === 'attendance'
        ? `${t('paper.kind.attendance')}: ${sheet.title}`
        : t(`paper.kind.${sheet.kind}`),
    from: head.from,
    about: sheet.day ? head.dayOf(sheet.day) : `${t('paper.pdf.day')} ____ / ____ / ________`,
    code: `H-${visitCode(sheet.id)}`,
    landscape: sheet.kind !== 'form',
    language: head.language === 'en' ? 'en' : 'es-PE',
  });
  const [first] = sheets;
  if (!first) throw new Error('there is no sheet to print');
  const paper = openPaper(headOf(first));
  for (const [at, sheet] of sheets.entries()) {
    let { top } = paper;
    if (at > 0) {
      paper.doc.addPage({ size: 'A4', layout: sheet.kind === 'form' ? 'portrait' : 'landscape', margin: 0 });
      top = drawHead(paper.doc, headOf(sheet), paper.width);
    }
    if (sheet.kind === 'form') drawForm(paper.doc, t, top, paper.width);
    else drawLines(paper.doc, t, sheet, top, paper.width, paper.height);
  }
  return paper.done();
}

type Doc = ReturnType<typeof openPaper>['doc'];

function drawLines(
  doc: Doc,
  t: (key: string) => string,
  sheet: SheetInfo,
  top: number,
  width: number,
  height: number,
): void {
  const columns = COLUMNS[sheet.kind] ?? [];
  const inner = width - 2 * MARGIN;
  const shares = columns.reduce((sum, [, share]) => sum + share, 0);
  const foot = sheet.kind === 'visits' ? 92 : 44;
  const step = (height - MARGIN - foot - top - 16) / sheet.lines;
  let x = MARGIN;
  doc.lineWidth(0.6).strokeColor('black').fillColor('black');
  for (const [at, [name, share]] of columns.entries()) {
    const wide = (inner * share) / shares;
    doc
      .font('bold')
      .fontSize(8)
      .text(t(`paper.pdf.${name}`), x + 3, top + 3, { width: wide - 4, lineBreak: false, ellipsis: true });
    doc.rect(x, top, wide, 16 + step * sheet.lines).stroke();
    for (let line = 0; line < sheet.lines; line++) {
      const y = top + 16 + line * step;
      if (at === 0) {
        doc
          .moveTo(MARGIN, y)
          .lineTo(width - MARGIN, y)
          .stroke();
        doc
          .font('plain')
          .fontSize(9)
          .text(String(line + 1), x + 3, y + step / 2 - 5, { width: wide - 6, align: 'right', lineBreak: false });
      }
      if (name === 'who')
        doc
          .font('plain')
          .fontSize(9)
          .text(t('paper.pdf.who-choices'), x + 3, y + step / 2 - 5, { width: wide - 4, lineBreak: false });
    }
    x += wide;
  }
  const y = top + 16 + step * sheet.lines + 8;
  doc.font('bold').fontSize(9);
  doc.text(
    `${t('paper.pdf.total-visits')}: ______     ${t('paper.pdf.total-attentions')}: ______     ${t('paper.pdf.written-by')}: __________________________`,
    MARGIN,
    y,
    { width: inner, lineBreak: false },
  );
  doc.font('plain').fontSize(7.5);
  doc.text(t('paper.pdf.who-legend'), MARGIN, y + 16, { width: inner });
  if (sheet.kind !== 'visits') return;
  const letters = Object.entries(LETTERS).map(([letter, purpose]) => `${letter} ${t(`visits.purpose.${purpose}`)}`);
  const institutions = INSTITUTIONS.map((one, at) => `${at + 1} ${t(`visits.institution.${one}`)}`);
  doc.text(letters.join('  ·  '), MARGIN, doc.y + 3, { width: inner });
  doc.text(institutions.join('  ·  '), MARGIN, doc.y + 3, { width: inner });
}

const ASKED = ['given', 'surnames', 'birth', 'sex', 'place', 'language', 'phone'];
const CONSENTS = ['card', 'ethnicity', 'share-funder', 'photo-voice'];

function drawForm(doc: Doc, t: (key: string) => string, top: number, width: number): void {
  const inner = width - 2 * MARGIN;
  let y = top + 6;
  const question = (words: string, tall = 30) => {
    doc.font('bold').fontSize(10).fillColor('black').text(words, MARGIN, y, { width: inner });
    y = doc.y + 2;
    doc
      .rect(MARGIN, y, inner, tall - 8)
      .lineWidth(0.6)
      .stroke('black');
    y += tall;
  };
  for (const one of ASKED) question(t(`paper.form.${one}`));
  y += 4;
  for (const one of CONSENTS) {
    doc
      .font('plain')
      .fontSize(10)
      .text(t(`paper.form.consent-${one}`), MARGIN, y, { width: inner - 130 });
    const under = doc.y;
    doc.text(t('paper.form.yes-no'), width - MARGIN - 120, y, { width: 120, align: 'right', lineBreak: false });
    y = Math.max(under, y + 14) + 8;
  }
  question(t('paper.form.guardian'));
  doc
    .font('plain')
    .fontSize(9)
    .text(t('paper.form.mark'), MARGIN, y + 4, { width: inner / 2 });
  doc.rect(MARGIN, y + 18, inner / 2 - 10, 74).stroke('black');
  doc.text(t('paper.form.witness'), MARGIN + inner / 2, y + 4, { width: inner / 2 });
  doc.rect(MARGIN + inner / 2, y + 18, inner / 2, 74).stroke('black');
}
