import { api } from './api.js';

/** The tiers in the order in which a request meets them, by their names in `Server-Timing`. */
export const TIERS = [
  {
    name: 'lb',
    title: 'Load balancer',
    sentence: 'Takes your connection, ends its encryption, and hands each request to a web server that is well.',
  },
  {
    name: 'web',
    title: 'Web server',
    sentence: 'Sends the files of this site itself, and passes on whatever needs an answer made for you.',
  },
  {
    name: 'app',
    title: 'App server',
    sentence: 'Knows who you are and what you may do, and turns what you ask for into questions to a database.',
  },
  {
    name: 'router',
    title: 'Database router',
    sentence: 'Sends writes to the one primary and reads to a replica that has every write made before you asked.',
  },
  {
    name: 'db',
    title: 'Database',
    sentence: 'Keeps the articles: the primary takes the writes, and replicas copy them within milliseconds.',
  },
];

/**
 * What `Server-Timing` says, by tier. Each tier adds itself behind those that it asked, so where one was asked twice the last
 * stands for it.
 *
 * @param {string|null} field all lines of the field, joined by commas
 * @returns {Map<string, {description: string, millis: number|null}>}
 */
export function readServerTiming(field) {
  const found = new Map();
  for (const [, name, parameters] of (field ?? '').matchAll(/([\w-]+)((?:;\w+=(?:"(?:[^"\\]|\\.)*"|[^;,"]*))*)\s*(?:,|$)/g)) {
    const quoted = /;desc="((?:[^"\\]|\\.)*)"/.exec(parameters)?.[1];
    const duration = /;dur=([\d.]+)/.exec(parameters)?.[1];
    found.set(name, {
      description: (quoted ?? /;desc=([^;"]+)/.exec(parameters)?.[1] ?? '').replace(/\\(.)/g, '$1'),
      millis: duration === undefined ? null : Number(duration),
    });
  }
  return found;
}

/** The tiers that sent the frame of this page: the HTML that the browser loaded first. Empty where the browser doesn't tell. */
export function frameTiers() {
  const [navigation] = performance.getEntriesByType('navigation');
  return new Map(
    (navigation?.serverTiming ?? []).map(({ name, description }) => [name, { description, millis: null }]),
  );
}

/**
 * Sends one request through every tier.
 *
 * @returns {Promise<{tiers: Map, requestId: string|null, database: object, millis: number}>} who answered it, and how fresh the
 *   database was; the time is from the question to the whole answer
 */
export async function trace(signal) {
  const began = performance.now();
  const { database, fields } = await api.infrastructure(signal);
  return {
    tiers: readServerTiming(fields.get('Server-Timing')),
    requestId: fields.get('X-Request-Id'),
    database,
    millis: performance.now() - began,
  };
}
