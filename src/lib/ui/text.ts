// Texts for components: in the language of the page that is being rendered.
import { page } from '$app/state';
import { text, type TextParams } from '#lib/text/index.ts';

export function useText(): (key: string, params?: TextParams) => string {
  return (key, params) => text(useLanguage(), key, params);
}

export function useLanguage(): string {
  const { language } = page.data as { language?: string };
  return language ?? 'es';
}
