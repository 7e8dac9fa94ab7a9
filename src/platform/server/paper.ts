// Sheets of paper: one identity for reports, log sheets and lists, readable in black and white, each with a short code and its QR.
import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import encodeQr from 'qr';

const require = createRequire(import.meta.url);
const face = (name: string) => require.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`);

/** A4 in points. */
export const A4 = { width: 595.28, height: 841.89 };
export const MARGIN = 40;

export interface PaperHead {
  title: string;
  /** Programme and telecentre. */
  from: string;
  /** Under the title: month, day, what it is for. */
  about: string;
  /** Short code, printed and in the QR. */
  code: string;
  /** What the QR says; the code where nothing else is given. */
  qr?: string;
  landscape?: boolean;
  /** Language tag, for readers of the file. */
  language: string;
}

export type Paper = InstanceType<typeof PDFDocument>;

export interface OpenPaper {
  doc: Paper;
  width: number;
  height: number;
  /** First free line under the head. */
  top: number;
  done(): Promise<Buffer>;
}

/** Black squares of a QR code, drawn as paths so that it prints sharp. */
export function drawQr(doc: Paper, text: string, x: number, y: number, size: number): void {
  const rows = encodeQr(text, 'raw', { ecc: 'medium', border: 2 });
  const step = size / rows.length;
  doc.save();
  for (const [at, row] of rows.entries())
    for (const [column, dark] of row.entries())
      if (dark) doc.rect(x + column * step, y + at * step, step + 0.05, step + 0.05);
  doc.fill('black').restore();
}

/** The two rivers that meet: the sign of every page, here in black. */
function drawSign(doc: Paper, x: number, y: number): void {
  doc.save().translate(x, y).scale(0.8).lineWidth(3.4).lineCap('round');
  doc.path('M3 5c9 0 9 11 18 13s11-3 20-2M3 31c9 0 9-9 18-11s11 5 20 4M3 18c6 0 9 2 14 1').stroke('black');
  doc.restore();
}

export function openPaper(head: PaperHead): OpenPaper {
  const { landscape = false } = head;
  const doc = new PDFDocument({
    ...{ size: 'A4', layout: landscape ? 'landscape' : 'portrait', margin: 0, autoFirstPage: false },
    ...{ info: { Title: `${head.title} ${head.code}`, Author: head.from }, lang: head.language },
    font: face('DejaVuSans'),
  });
  doc.registerFont('plain', face('DejaVuSans')).registerFont('bold', face('DejaVuSans-Bold'));
  const pieces: Buffer[] = [];
  doc.on('data', (piece: Buffer) => pieces.push(piece));
  const ended = new Promise<Buffer>((resolve, reject) => {
    doc.on('end', () => resolve(Buffer.concat(pieces)));
    doc.on('error', reject);
  });
  const width = landscape ? A4.height : A4.width;
  const height = landscape ? A4.width : A4.height;
  doc.addPage();
  return {
    ...{ doc, width, height, top: drawHead(doc, head, width) },
    done() {
      doc.end();
      return ended;
    },
  };
}

/** Head of a page; returns the first free line under it. */
export function drawHead(doc: Paper, head: PaperHead, width: number): number {
  const qr = 64;
  drawSign(doc, MARGIN, MARGIN - 6);
  doc.font('plain').fontSize(8).fillColor('black');
  doc.text(head.from, MARGIN + 44, MARGIN - 4, { width: width - 2 * MARGIN - 44 - qr - 12, lineBreak: false });
  doc.font('bold').fontSize(15);
  doc.text(head.title, MARGIN + 44, MARGIN + 8, { width: width - 2 * MARGIN - 44 - qr - 12 });
  doc.font('plain').fontSize(9);
  doc.text(head.about, MARGIN + 44, doc.y + 2, { width: width - 2 * MARGIN - 44 - qr - 12 });
  const under = doc.y;
  drawQr(doc, head.qr ?? head.code, width - MARGIN - qr, MARGIN - 12, qr);
  doc.font('bold').fontSize(8);
  doc.text(head.code, width - MARGIN - qr - 40, MARGIN + qr - 12, { width: qr + 40, align: 'right', lineBreak: false });
  return Math.max(under, MARGIN + qr) + 10;
}
