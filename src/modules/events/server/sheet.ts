// The list of attendance on paper: who registered, empty lines for who comes besides, and where to sign.
import { text } from '#lib/text/index.ts';
import { drawHead, MARGIN, openPaper, type Paper, type PaperHead } from '#platform/paper';

export interface SheetOf {
  title: string;
  /** Day, hour and place in words. */
  about: string;
  /** Programme and who holds it. */
  from: string;
  code: string;
  language: string;
  names: readonly string[];
}

const LINES = 24;
/** Lines for who comes without having registered, at least. */
const BESIDES = 8;
const COLUMNS = [
  ['line', 5],
  ['name', 45],
  ['who', 18],
  ['sign', 32],
] as const;

export async function attendanceSheet({ names, ...of }: SheetOf): Promise<Buffer> {
  const t = (key: string) => text(of.language, `events.sheet.${key}`);
  const head: PaperHead = {
    ...{ title: `${t('title')}: ${of.title}`, from: of.from, about: of.about, code: of.code },
    language: of.language === 'en' ? 'en' : 'es-PE',
  };
  const paper = openPaper(head);
  const pages = Math.ceil((names.length + BESIDES) / LINES);
  for (let page = 0; page < pages; page++) {
    if (page > 0) paper.doc.addPage({ size: 'A4', margin: 0 });
    const top = page > 0 ? drawHead(paper.doc, head, paper.width) : paper.top;
    drawPage(paper.doc, t, { ...paper, top }, names.slice(page * LINES, (page + 1) * LINES), page * LINES);
  }
  return paper.done();
}

function drawPage(
  doc: Paper,
  t: (key: string) => string,
  { top, width, height }: { top: number; width: number; height: number },
  names: readonly string[],
  before: number,
): void {
  const inner = width - 2 * MARGIN;
  const head = 16;
  const step = (height - MARGIN - 56 - top - head) / LINES;
  const put = (words: string, x: number, y: number, wide: number, align: 'left' | 'right' = 'left') =>
    doc.text(words, x + 3, y, { width: wide - 6, align, lineBreak: false, ellipsis: true });
  doc.lineWidth(0.6).strokeColor('black').fillColor('black');
  let x = MARGIN;
  for (const [name, share] of COLUMNS) {
    const wide = (inner * share) / 100;
    doc.font('bold').fontSize(8);
    put(t(name), x, top + 4, wide);
    doc.rect(x, top, wide, head + step * LINES).stroke();
    doc.font('plain').fontSize(10);
    for (let line = 0; line < LINES; line++) {
      const y = top + head + line * step + step / 2 - 6;
      if (name === 'line') put(String(before + line + 1), x, y, wide, 'right');
      if (name === 'name') put(names[line] ?? '', x, y, wide);
      if (name === 'who') put(t('who-choices'), x, y, wide);
    }
    x += wide;
  }
  for (let line = 0; line < LINES; line++)
    doc
      .moveTo(MARGIN, top + head + line * step)
      .lineTo(width - MARGIN, top + head + line * step)
      .stroke();
  const foot = top + head + step * LINES + 8;
  doc.font('bold').fontSize(9);
  doc.text(`${t('total')}: ______     ${t('written-by')}: __________________________`, MARGIN, foot, { width: inner });
  doc
    .font('plain')
    .fontSize(8)
    .text(t('legend'), MARGIN, doc.y + 4, { width: inner });
}
