// Fields that a booking and a request for one have in common.
import { civilDate, minuteOfDay, optionalRecordId, optionalText } from '#platform/input';

export const wishFields = {
  person: optionalRecordId(),
  group: optionalText(80),
  day: civilDate(),
  from: minuteOfDay(),
  to: minuteOfDay(),
  note: optionalText(200),
};
