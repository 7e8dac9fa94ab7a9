// Fields that a booking and a request for one have in common.
import * as v from 'valibot';
import { civilDate, optionalRecordId, optionalText } from '#platform/input';

/** `14:30` as minutes of the day. */
export const minuteOfDay = () =>
  v.pipe(
    v.string('field.required'),
    v.transform((typed) => typed.trim()),
    v.minLength(1, 'field.required'),
    v.regex(/^([01]?\d|2[0-3])[:.h][0-5]\d$|^24:00$/, 'bookings.not-an-hour'),
    v.transform((typed) => {
      const [hour = 0, minute = 0] = typed.split(/[:.h]/).map(Number);
      return hour * 60 + minute;
    }),
  );

export const wishFields = {
  person: optionalRecordId(),
  group: optionalText(80),
  day: civilDate(),
  from: minuteOfDay(),
  to: minuteOfDay(),
  note: optionalText(200),
};
