/**
 * The reader's token, kept between visits under `jwtToken`. A browser that refuses storage (private windows, blocked
 * site data) keeps it for this page only.
 */
const KEY = 'jwtToken';

let fallback = null;

export function readToken() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return fallback;
  }
}

/** Keeps the token, or forgets it when given null. */
export function writeToken(token) {
  fallback = token;
  try {
    if (token === null) {
      localStorage.removeItem(KEY);
    } else {
      localStorage.setItem(KEY, token);
    }
  } catch {
    // Storage is refused: `fallback` serves until the page is left.
  }
}

/** Calls back when another tab signed in or out. */
export function onTokenChangedElsewhere(callback) {
  addEventListener('storage', event => {
    if (event.key === KEY || event.key === null) {
      callback();
    }
  });
}
