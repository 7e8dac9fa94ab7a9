// Marked-up text as HTML that can do nothing: CommonMark without HTML of its own, links that lead where links may lead.
import { micromark } from 'micromark';

const SAFE_LINK = /^(https?:|mailto:|tel:|\/(?!\/)|#)/i;

/**
 * Headings begin below the page's own. What somebody typed as HTML is shown as it was typed; pictures come from our own files only, which have a
 * place of their own, so a picture in the text is its words.
 */
export function renderMarkup(text: string): string {
  const html = micromark(text, { allowDangerousHtml: false, allowDangerousProtocol: false });
  return html
    .replace(/<(\/?)h([1-6])>/g, (_, end: string, level: string) => `<${end}h${Math.min(6, Number(level) + 1)}>`)
    .replace(/<img\b[^>]*?alt="([^"]*)"[^>]*>/g, '$1')
    .replace(/<a href="([^"]*)"/g, (whole, href: string) => {
      const plain = href.replaceAll('&amp;', '&');
      if (!SAFE_LINK.test(plain)) return '<a';
      return /^https?:/i.test(plain) ? `<a href="${href}" rel="noopener nofollow"` : whole;
    });
}

/** The words alone, for lists, feeds and search. */
export function plainText(text: string): string {
  return renderMarkup(text)
    .replace(/<[^>]+>/g, ' ')
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name] ?? "'")
    .replace(/\s+/g, ' ')
    .trim();
}
