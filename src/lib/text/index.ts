// The door to texts: what is said on screens, in any language, with values put in. Safe for browsers.
export {
  countTexts,
  hasLanguage,
  hasText,
  knownLanguages,
  onTextProblem,
  onTextsChanged,
  registerTexts,
  removeTexts,
  replaceTexts,
  sourceMessage,
  text,
  textKeys,
  textWithSource,
  type SourcedText,
  type TextLayer,
  type TextProblem,
} from './registry.ts';
export {
  allLanguages,
  fallbackChain,
  findLanguage,
  formatLocale,
  isLanguageCode,
  languageOf,
  languageTag,
  registerLanguage,
  SOURCE_LANGUAGE,
  unregisterLanguage,
  type Language,
} from './languages.ts';
export { checkMessage, type MessageCheck, type TextParams } from './messages.ts';
