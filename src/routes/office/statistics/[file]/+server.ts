// The month as a file to take away.
import type { RequestHandler } from './$types';
import { statisticsFile } from '../../../statistics.ts';

export const GET: RequestHandler = (event) => statisticsFile(event);
