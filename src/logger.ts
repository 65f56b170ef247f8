import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export type { Logger } from 'pino';

/**
 * The program's log: one JSON object a line, or readable lines when a person looks on.
 * @param level pino level, `silent` for nothing at all.
 * @param forPeople Readable, coloured lines instead of JSON.
 */
export function createLogger(level: string, forPeople: boolean): Logger {
  const destination: DestinationStream = forPeople
    ? pretty({ colorize: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss', sync: true })
    : pino.destination({ dest: 1, sync: false });
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}
