// What a telecentre says of itself in each request, in a few bytes: version of its program, its clock, and its open alarms.
import { Malformed, type ByteReader, type ByteWriter } from './bytes.ts';

/** What somebody may have to do about, with its number on the wire, for ever. */
export const ALARMS = {
  'digests-differ': 0,
  'two-copies': 1,
  'database-older': 2,
  fork: 3,
  quarantined: 4,
  'disk-low': 5,
  'hub-lost-disk': 6,
  'clock-wrong': 7,
  refused: 8,
  refilling: 9,
} as const;
export type AlarmCode = keyof typeof ALARMS;

export const isAlarm = (code: string): code is AlarmCode => Object.hasOwn(ALARMS, code);

export interface SiteNote {
  /** Three numbers; 0.0.0 where it is not known. */
  version: [number, number, number];
  /** 0 unknown, 1 estimated, 2 synced. */
  clock: number;
  /** Seconds that the hub's clock was ahead of the site's when they last met; undefined before. */
  clockOff: number | undefined;
  /** In the order of their numbers; those of a newer program that this one does not know are left out. */
  alarms: AlarmCode[];
  /** Bytes of segments that the answer may carry, since larger ones were lost on the way; 0: nothing but what is told. Absent: as much as the hub gives. */
  most?: number;
}

const HAS_OFF = 4;
const HAS_ALARMS = 8;
const HAS_MOST = 16;
const FAR = 2 ** 40;

export function writeNote(out: ByteWriter, { version, clock, clockOff, alarms, most }: SiteNote): void {
  const flags = [clockOff !== undefined && HAS_OFF, alarms.length > 0 && HAS_ALARMS, most !== undefined && HAS_MOST];
  out.u8(flags.reduce<number>((sum, flag) => sum + (flag || 0), clock));
  for (const number of version) out.varint(number);
  if (clockOff !== undefined) {
    const off = Math.max(-FAR, Math.min(FAR, Math.round(clockOff)));
    out.varint(off < 0 ? -2 * off - 1 : 2 * off);
  }
  if (alarms.length > 0) out.varint(alarms.reduce((sum, code) => sum + 2 ** ALARMS[code], 0));
  if (most !== undefined) out.varint(most);
}

/** Errors: Malformed. */
export function readNote(input: ByteReader): SiteNote {
  const flags = input.u8();
  if (flags >= 2 * HAS_MOST || (flags & 3) > 2) throw new Malformed('flags of a site');
  const note: SiteNote = {
    version: [input.varint(), input.varint(), input.varint()],
    clock: flags & 3,
    clockOff: undefined,
    alarms: [],
  };
  if (flags & HAS_OFF) {
    const off = input.varint();
    note.clockOff = off % 2 === 1 ? -(off + 1) / 2 : off / 2;
  }
  if (flags & HAS_ALARMS) note.alarms = alarmsOf(input.varint());
  if (flags & HAS_MOST) note.most = input.varint();
  return note;
}

function alarmsOf(mask: number): AlarmCode[] {
  return (Object.keys(ALARMS) as AlarmCode[]).filter((code) => Math.floor(mask / 2 ** ALARMS[code]) % 2 === 1);
}

/** `1.2.3-rc.4` as its three numbers. */
export function versionNumbers(version: string): [number, number, number] {
  const [, major, minor, patch] = /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})/.exec(version) ?? [];
  return [Number(major ?? 0), Number(minor ?? 0), Number(patch ?? 0)];
}

/**
 * How far the hub's clock is ahead of ours, milliseconds, when it told `hub` somewhere between our `sent` and `heard`: no more is claimed
 * than is certain, so a slow link alone never makes a clock wrong.
 */
export function clockOffset(sent: number, heard: number, hub: number): number {
  const least = hub - Math.max(sent, heard);
  const most = hub - Math.min(sent, heard);
  return least > 0 ? least : most < 0 ? most : 0;
}
