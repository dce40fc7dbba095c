import { readToken } from './token.js';

const BASE = '/api';
const TIMEOUT_MILLIS = 15_000;

/**
 * A request that brought no usable answer. `kind` says why:
 *
 * - `offline`: no connection to the site; - `slow`: no answer within 15 seconds;
 * - `refused`: the answer was an error, its number in `status`; - `unreadable`: the answer was not what the API promises.
 *
 * `messages` are sentences for the reader.
 */
export class ApiError extends Error {
  constructor(kind, messages, { status = 0, requestId = null, missing = false } = {}) {
    super(messages.join('; '));
    this.name = 'ApiError';
    this.kind = kind;
    this.messages = messages;
    this.status = status;
    this.requestId = requestId;
    /** True where the server has no such endpoint, in contrast to an article or a person that it doesn't have. */
    this.missing = missing;
  }

  get isClientError() {
    return this.status >= 400 && this.status < 500;
  }
}

/** Tells the page which request was answered last: an event `answer` with `requestId`. */
export const traffic = new EventTarget();

/** Sends one request and returns the JSON of its answer, null for an empty one; see `exchange`. */
async function send(method, path, options) {
  return (await exchange(method, path, options)).json;
}

/**
 * Sends one request and returns the JSON of its answer, null for an empty one, with the answer's header fields.
 *
 * @param {string} method
 * @param {string} path below /api, already encoded
 * @param {{body?: object, signal?: AbortSignal, keepalive?: boolean, cache?: RequestCache}} [options] a request with `keepalive`
 *   is completed even when the reader leaves the page meanwhile; `cache` as `fetch` takes it
 * @throws {ApiError} and, when `signal` was aborted, its reason
 */
async function exchange(method, path, { body, signal, keepalive = false, cache } = {}) {
  const headers = { Accept: 'application/json' };
  const token = readToken();
  if (token) {
    headers.Authorization = `Token ${token}`;
  }
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json; charset=utf-8';
  }
  const timeout = AbortSignal.timeout(TIMEOUT_MILLIS);
  let response;
  let text;
  try {
    response = await fetch(BASE + path, {
      method,
      headers,
      keepalive,
      cache,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    text = await response.text();
  } catch (failure) {
    signal?.throwIfAborted();
    if (timeout.aborted) {
      throw new ApiError('slow', ['The server took too long to answer. Please try again.']);
    }
    throw new ApiError('offline', ['Unable to connect. Please check your internet connection.'], { cause: failure });
  }
  const requestId = response.headers.get('X-Request-Id');
  traffic.dispatchEvent(Object.assign(new Event('answer'), { requestId }));
  const json = parse(text);
  if (!response.ok) {
    throw refusal(response.status, json, requestId);
  }
  if (json === undefined) {
    throw unreadable(requestId);
  }
  return { json, fields: response.headers };
}

/** @returns {any} null for an empty text, undefined for one that isn't JSON */
function parse(text) {
  if (text === '') {
    return null;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads RealWorld's `{"errors":{"title":["can't be blank"]}}` and the tiers' own RFC 9457 problems. */
function refusal(status, json, requestId) {
  const errors = json?.errors;
  if (errors && typeof errors === 'object') {
    const messages = Object.entries(errors).flatMap(([key, texts]) => [texts].flat().map(text => `${words(key)} ${text}`));
    return new ApiError('refused', messages, { status, requestId });
  }
  const missing = status === 404 || status === 405 || status === 501;
  return new ApiError('refused', [sentence(status, json)], { status, requestId, missing });
}

/** `tagList` as people say it. */
function words(key) {
  return key.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`);
}

function sentence(status, problem) {
  if (status === 404 || status === 405 || status === 501) {
    return 'This server does not offer this yet.';
  }
  if (status === 503) {
    return 'The service is busy or restarting. Please try again in a moment.';
  }
  const said = problem?.detail ?? problem?.title;
  return typeof said === 'string' ? said : `The server could not do this (status ${status}). Please try again.`;
}

function unreadable(requestId) {
  return new ApiError('unreadable', ['The answer of the server could not be read. Please try again.'], { requestId });
}

/** The member of an answer that the API promises, checked to be there. */
async function member(answer, name, isRight = value => typeof value === 'object' && value !== null) {
  const value = (await answer)?.[name];
  if (!isRight(value)) {
    throw unreadable(null);
  }
  return value;
}

async function page(answer) {
  const body = await answer;
  if (!Array.isArray(body?.articles)) {
    throw unreadable(null);
  }
  return { articles: body.articles, count: Number(body.articlesCount) || body.articles.length };
}

const enc = encodeURIComponent;

/** RealWorld's API, one function per operation; each returns the member its answer is wrapped in. */
export const api = {
  register: user => member(send('POST', '/users', { body: { user } }), 'user'),
  login: user => member(send('POST', '/users/login', { body: { user } }), 'user'),
  currentUser: signal => member(send('GET', '/user', { signal }), 'user'),
  updateUser: user => member(send('PUT', '/user', { body: { user } }), 'user'),

  /** @param {{tag?: string, author?: string, favorited?: string, limit: number, offset: number}} query */
  articles: (query, signal) => page(send('GET', `/articles?${new URLSearchParams(query)}`, { signal })),
  feed: (query, signal) => page(send('GET', `/articles/feed?${new URLSearchParams(query)}`, { signal })),
  article: (slug, signal) => member(send('GET', `/articles/${enc(slug)}`, { signal }), 'article'),
  createArticle: article => member(send('POST', '/articles', { body: { article } }), 'article'),
  updateArticle: (slug, article) => member(send('PUT', `/articles/${enc(slug)}`, { body: { article } }), 'article'),
  deleteArticle: slug => send('DELETE', `/articles/${enc(slug)}`),
  favorite: (slug, on) =>
    member(send(on ? 'POST' : 'DELETE', `/articles/${enc(slug)}/favorite`, { keepalive: true }), 'article'),

  comments: (slug, signal) => member(send('GET', `/articles/${enc(slug)}/comments`, { signal }), 'comments', Array.isArray),
  addComment: (slug, body) =>
    member(send('POST', `/articles/${enc(slug)}/comments`, { body: { comment: { body } } }), 'comment'),
  deleteComment: (slug, id) => send('DELETE', `/articles/${enc(slug)}/comments/${enc(id)}`),

  profile: (username, signal) => member(send('GET', `/profiles/${enc(username)}`, { signal }), 'profile'),
  follow: (username, on) =>
    member(send(on ? 'POST' : 'DELETE', `/profiles/${enc(username)}/follow`, { keepalive: true }), 'profile'),

  /** Not RealWorld's but this server's own: which database answered, with the fields by which each tier names itself. */
  async infrastructure(signal) {
    const { json, fields } = await exchange('GET', '/infrastructure', { signal, cache: 'no-store' });
    return { database: await member(json, 'database'), fields };
  },

  tags: signal => member(send('GET', '/tags', { signal }), 'tags', Array.isArray),
};

/** Sentences about any failure, for the reader. */
export function messagesOf(failure) {
  if (failure instanceof ApiError) {
    return failure.messages;
  }
  console.error(failure);
  return ['Something went wrong in this page. Please reload it.'];
}
