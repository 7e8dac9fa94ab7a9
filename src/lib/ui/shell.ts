// What the frame of every page is told by its layout's load.

export interface ShellData {
  language: string;
  languages: { code: string; name: string }[];
  programme: string;
  /** The telecentre's name; absent at the hub. */
  place: string | undefined;
  demo: boolean;
  textOnly: boolean;
  contrast: boolean;
  /** Photographs are loaded only when they are asked for. */
  photosOff: boolean;
  /** Name of who is signed in. */
  person: string | undefined;
  /** Areas that this person may enter. */
  areas: { desk: boolean; office: boolean; admin: boolean };
  /** For the one small script; absent on public pages, which have none and are the same for everybody. */
  nonce?: string | undefined;
}

export interface NavItem {
  href: string;
  label: string;
  /** One letter or digit: Alt with it goes there. */
  key?: string;
}
