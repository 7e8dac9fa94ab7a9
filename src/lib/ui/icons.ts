// The few signs beside words, from one set (Lucide, ISC licence), taken into the build one by one.
import arrowDown from 'lucide-static/icons/arrow-down.svg?raw';
import arrowRight from 'lucide-static/icons/arrow-right.svg?raw';
import arrowUp from 'lucide-static/icons/arrow-up.svg?raw';
import check from 'lucide-static/icons/check.svg?raw';
import chevronLeft from 'lucide-static/icons/chevron-left.svg?raw';
import chevronRight from 'lucide-static/icons/chevron-right.svg?raw';
import circleCheck from 'lucide-static/icons/circle-check.svg?raw';
import clock from 'lucide-static/icons/clock.svg?raw';
import cloudUpload from 'lucide-static/icons/cloud-upload.svg?raw';
import download from 'lucide-static/icons/download.svg?raw';
import info from 'lucide-static/icons/info.svg?raw';
import octagonX from 'lucide-static/icons/octagon-x.svg?raw';
import pencil from 'lucide-static/icons/pencil.svg?raw';
import plus from 'lucide-static/icons/plus.svg?raw';
import printer from 'lucide-static/icons/printer.svg?raw';
import search from 'lucide-static/icons/search.svg?raw';
import triangleAlert from 'lucide-static/icons/triangle-alert.svg?raw';
import user from 'lucide-static/icons/user.svg?raw';
import volume from 'lucide-static/icons/volume-2.svg?raw';
import wifiOff from 'lucide-static/icons/wifi-off.svg?raw';

/** What stands inside the drawing's root element. */
const inside = (svg: string): string =>
  svg
    .replace(/^[\s\S]*?<svg[\s\S]*?>/, '')
    .replace(/<\/svg>\s*$/, '')
    .replace(/\s+/g, ' ')
    .trim();

const raw = {
  'arrow-down': arrowDown,
  'arrow-right': arrowRight,
  'arrow-up': arrowUp,
  check,
  'chevron-left': chevronLeft,
  'chevron-right': chevronRight,
  'circle-check': circleCheck,
  clock,
  'cloud-upload': cloudUpload,
  download,
  info,
  'octagon-x': octagonX,
  pencil,
  plus,
  printer,
  search,
  'triangle-alert': triangleAlert,
  user,
  volume,
  'wifi-off': wifiOff,
};

export type IconName = keyof typeof raw;

export const icons: Readonly<Record<IconName, string>> = Object.freeze(
  Object.fromEntries(Object.entries(raw).map(([name, svg]) => [name, inside(svg)])) as Record<IconName, string>,
);
