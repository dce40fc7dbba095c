import { api, ApiError } from './api.js';
import { onTokenChangedElsewhere, readToken, writeToken } from './token.js';

const FIRST_RETRY_MILLIS = 2_000;
const LAST_RETRY_MILLIS = 30_000;

/**
 * Who is reading. States:
 *
 *     loading ──► authenticated     a token, and the API knows its user
 *         ├─────► unauthenticated   no token, or the API refused it (any 4xx): the token is forgotten
 *         └─────► unavailable       a token, and no answer about it (5xx, network, unreadable): it is kept, and tried again
 *
 * Dispatches `change` after each transition.
 */
class Session extends EventTarget {
  #state = 'loading';
  #user = null;
  #retryTimer = 0;
  #retryMillis = FIRST_RETRY_MILLIS;
  #attempt = 0;

  get state() {
    return this.#state;
  }

  get user() {
    return this.#user;
  }

  get isAuthenticated() {
    return this.#state === 'authenticated';
  }

  /** True when `username` is who is reading. */
  is(username) {
    return this.#user !== null && this.#user.username === username;
  }

  /** Finds out who holds the kept token; returns when that is known or known to be unavailable. */
  async restore() {
    clearTimeout(this.#retryTimer);
    const attempt = ++this.#attempt;
    if (!readToken()) {
      this.#become('unauthenticated', null);
      return;
    }
    let user;
    try {
      user = await api.currentUser();
    } catch (failure) {
      if (attempt === this.#attempt) {
        this.#restoreFailed(failure);
      }
      return;
    }
    if (attempt === this.#attempt) {
      this.signIn(user);
    }
  }

  /** Takes the user of an answer to login, registration, update or restore. */
  signIn(user) {
    this.#attempt++;
    this.#retryMillis = FIRST_RETRY_MILLIS;
    clearTimeout(this.#retryTimer);
    if (typeof user.token === 'string' && user.token !== '') {
      writeToken(user.token);
    }
    this.#become('authenticated', user);
  }

  signOut() {
    this.#attempt++;
    clearTimeout(this.#retryTimer);
    writeToken(null);
    this.#become('unauthenticated', null);
  }

  /** Tries now instead of at the next retry. */
  retryNow() {
    if (this.#state === 'unavailable') {
      this.restore();
    }
  }

  #restoreFailed(failure) {
    if (failure instanceof ApiError && failure.isClientError) {
      this.signOut();
      return;
    }
    this.#retryTimer = setTimeout(() => this.restore(), this.#retryMillis);
    this.#retryMillis = Math.min(this.#retryMillis * 2, LAST_RETRY_MILLIS);
    this.#become('unavailable', null);
  }

  #become(state, user) {
    this.#state = state;
    this.#user = user;
    this.dispatchEvent(new Event('change'));
  }
}

export const session = new Session();

addEventListener('online', () => session.retryNow());
onTokenChangedElsewhere(() => session.restore());

// What RealWorld's shared browser tests read.
window.__conduit_debug__ = {
  getToken: readToken,
  getAuthState: () => session.state,
  getCurrentUser: () => session.user,
};
