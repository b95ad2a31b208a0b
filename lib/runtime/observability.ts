import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import type { HistoryEvent } from '../core/domain/state.ts';
import { RotationError } from '../core/errors.ts';
import type { Telemetry } from '../core/ports/telemetry.ts';
import type { FleetFigures } from '../core/watch/figures.ts';
import { WATCH_METRICS } from './environment.ts';

/** Metrics warns of every invocation that counts nothing; most count nothing. */
const QUIET = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

const MAIL_METRICS = {
  unreadable: 'MailUnreadable',
  'nobody-waits': 'MailForNobody',
  refused: 'MailRefused',
  offered: 'MailOffered',
  'not-yet': 'MailNotYetUsable',
} as const;

export interface Observability {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracer: Tracer;
  readonly telemetry: Telemetry;
}

/** Logger, metrics and tracer of one function; built when it first runs, not when it is loaded. */
export function observe(serviceName: string, console: Console | undefined): Observability {
  const logger = new Logger({ serviceName, logLevel: 'INFO' });
  const metrics = new Metrics({ namespace: WATCH_METRICS.namespace, serviceName, logger: QUIET });
  const tracer = new Tracer({ serviceName });
  if (console !== undefined) {
    redirect(logger, console);
    redirect(metrics, console);
  }
  return { logger, metrics, tracer, telemetry: telemetryOf(logger, metrics) };
}

/** Powertools writes to a console of its own; this gives it ours. */
function redirect(writer: Logger | Metrics, console: Console): void {
  Object.defineProperty(writer, 'console', { value: console, writable: true, configurable: true });
}

function telemetryOf(logger: Logger, metrics: Metrics): Telemetry {
  return {
    event(event: HistoryEvent) {
      logger.info(event.message, {
        event: event.type,
        credential: event.credential,
        phase: event.phase,
        rotationId: event.rotationId,
        reason: event.reason,
      });
      metrics.addMetric(event.type.replaceAll(' ', ''), MetricUnit.Count, 1);
    },
    warn(message: string, error: unknown) {
      logger.warn(message, { fault: describeFault(error) });
    },
    mail({ kind, reason }) {
      logger.info('a mail came in', { outcome: kind, reason });
      metrics.addMetric(MAIL_METRICS[kind], MetricUnit.Count, 1);
    },
    edit({ kind, secret }) {
      logger.info('a secret has another version', { outcome: kind, secret });
    },
    figures({ passwordAgeOfLimit, longestWait, attemptsLeft }: FleetFigures) {
      metrics.addMetric(WATCH_METRICS.passwordAge, MetricUnit.Percent, passwordAgeOfLimit);
      metrics.addMetric(WATCH_METRICS.longestWait, MetricUnit.Seconds, longestWait);
      if (attemptsLeft !== undefined)
        metrics.addMetric(WATCH_METRICS.attemptsLeft, MetricUnit.Count, attemptsLeft);
    },
  };
}

/** What a log may say of a fault: our own sentences, and of others' errors the names only. */
export function describeFault(error: unknown): Record<string, string | undefined> {
  if (error instanceof RotationError) {
    return { name: error.name, code: error.code, message: error.publicMessage, cause: nameOf(error.cause) };
  }
  return { name: nameOf(error) };
}

function nameOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? `${error.name} (${code})` : error.name;
}
