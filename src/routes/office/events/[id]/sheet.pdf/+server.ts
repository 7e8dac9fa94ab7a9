// The list of attendance of one event, to print.
import type { RequestHandler } from './$types';
import { printSheet } from '../../../../event-desk.ts';

export const GET: RequestHandler = (event) => printSheet(event);
