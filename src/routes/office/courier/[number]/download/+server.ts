// The file itself, for the browser to put on a stick; it is sealed to its recipient.
import type { RequestHandler } from './$types';
import { download } from '../../../../courier.ts';

export const GET: RequestHandler = (event) => download(event, '/office/courier');
