// Several forms on one page may ask under the same name: each form may put a prefix before the ids of its fields.
import { getContext, setContext } from 'svelte';

const PREFIX = Symbol('prefix of a form');

export function setPrefix(prefix: () => string | undefined): void {
  setContext(PREFIX, prefix);
}

/** The id of a field by its name, inside the form that is being rendered. */
export function useFieldId(): (name: string) => string {
  const prefix = getContext<(() => string | undefined) | undefined>(PREFIX);
  return (name) => {
    const before = prefix?.();
    return before ? `${before}-${name}` : name;
  };
}
