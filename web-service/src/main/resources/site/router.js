import { render } from './vendor/lit-html-3.3.3/lit-html.js';
import { announce } from './component/notice.js';
import { session } from './session.js';
import * as unloadable from './view/unloadable.js';

const SITE_NAME = 'Conduit at foobar.com';

/**
 * The routes of the site; `:name` takes one segment. A `guarded` one is for signed-in readers, others are sent to /login.
 * Two addresses of one `family` keep the page between them, so that a list can change under its tabs.
 */
const ROUTES = [
  { path: '/', family: 'home', load: () => import('./view/home.js') },
  { path: '/tag/:tag', family: 'home', load: () => import('./view/home.js') },
  { path: '/article/:slug', load: () => import('./view/article.js') },
  { path: '/login', load: () => import('./view/credentials.js') },
  { path: '/register', load: () => import('./view/credentials.js') },
  { path: '/editor', guarded: true, load: () => import('./view/editor.js') },
  { path: '/editor/:slug', guarded: true, load: () => import('./view/editor.js') },
  { path: '/settings', guarded: true, load: () => import('./view/settings.js') },
  { path: '/about/infrastructure', load: () => import('./view/infrastructure.js') },
  { path: '/profile/:username', load: () => import('./view/profile.js') },
  { path: '/profile/:username/favorites', load: () => import('./view/profile.js') },
].map(route => ({ ...route, pattern: patternOf(route.path) }));

const NOT_FOUND = { path: '*', load: () => import('./view/not-found.js') };

/** Shown instead of a guarded page while it isn't known who reads. */
const WAITING = { path: '*', load: () => import('./view/waiting.js') };

/** How far each visited entry of the history was scrolled, by the key in its state. */
const scrollPositions = new Map();

let outlet;
let current = null;
let openings = 0;

/**
 * One visit of one address. A view's `show(page)` draws into it until the reader goes elsewhere; from then on `signal` is
 * aborted and drawing does nothing.
 */
class Page {
  #leave = new AbortController();
  #template = null;

  constructor({ route, params, isPrivate, isWaiting }, url, previous) {
    this.route = route;
    this.params = params;
    this.isPrivate = isPrivate;
    this.isWaiting = isWaiting;
    this.path = url.pathname;
    this.search = url.search;
    this.query = url.searchParams;
    /** What the address was opened with, see `navigate`. */
    this.state = history.state ?? {};
    /** Whether the page before this one was of the same family; then it left `kept` to this one. */
    this.isSibling = !isWaiting && !previous?.isWaiting && route.family !== undefined && previous?.route.family === route.family;
    this.kept = this.isSibling ? previous.kept : {};
    this.signal = this.#leave.signal;
  }

  /** Where to go from a form that was asked for on the way to somewhere: an address of this site, or null. */
  get next() {
    const next = this.state.next ?? this.query.get('next');
    return next && /^\/(?![/\\])/.test(next) ? next : null;
  }

  /** Shows what `template` makes; it is made again by each `redraw`. */
  draw(template) {
    this.#template = template;
    this.redraw();
  }

  redraw() {
    if (!this.signal.aborted && this.#template) {
      render(this.#template(), outlet);
    }
  }

  title(text) {
    if (!this.signal.aborted) {
      document.title = `${text} — ${SITE_NAME}`;
    }
  }

  leave() {
    if (!this.signal.aborted) {
      this.#leave.abort(new DOMException('The reader went elsewhere', 'AbortError'));
      scrollPositions.set(this.state.key, window.scrollY);
    }
  }
}

/** Shows the page of the present address in `element`, and from then on that of each address the reader goes to. */
export function startRouter(element) {
  outlet = element;
  outlet.replaceChildren();
  history.scrollRestoration = 'manual';
  if (!history.state) {
    history.replaceState({ key: newKey() }, '');
  }
  addEventListener('popstate', onPopState);
  document.addEventListener('click', onClick);
  session.addEventListener('change', onSessionChange);
  addEventListener('online', () => {
    if (outlet.querySelector('.load-failure')) {
      reload();
    }
  });
  return reload();
}

/**
 * Goes to an address of this site. The address changes when the page does, which is when its script is there.
 *
 * @param {string} to path, query and fragment
 * @param {{replace?: boolean, state?: {next?: string}}} [options] `replace` leaves no way back to the present address;
 *   `next` is where to go after signing in
 */
export function navigate(to, { replace = false, state = {} } = {}) {
  const entry = { ...state, key: newKey() };
  return open(new URL(to, location.href), {
    enter: url => history[replace ? 'replaceState' : 'pushState'](entry, '', url),
  });
}

/** Shows the present address anew, as after a failure. */
export function reload() {
  return open(new URL(location.href), { isArrival: false });
}

/** Sends the reader to sign in and, after that, back to where they are. */
export function askToSignIn() {
  return navigate('/login', { state: { next: location.pathname + location.search } });
}

/** `enter` makes the address the present one; `scrollTo` is how far down the reader was when they left it. */
async function open(url, { enter = () => {}, isArrival = true, scrollTo = 0 }) {
  const opening = ++openings;
  const [route, params] = match(url.pathname);
  const isPrivate = route.guarded === true || (route.path === '/' && url.searchParams.get('feed') === 'following');
  if (isPrivate && session.state === 'unauthenticated') {
    return navigate('/login', { replace: !isArrival || current === null, state: { next: url.pathname + url.search } });
  }
  const { state } = session;
  const isWaiting = isPrivate && state !== 'authenticated';
  const view = await load(isWaiting ? WAITING : route);
  if (opening !== openings) {
    return undefined; // the reader went on to another address meanwhile
  }
  if (isPrivate && session.state !== state) {
    return open(url, { enter, isArrival, scrollTo });
  }
  current?.leave();
  enter(url);
  const page = new Page({ route, params, isPrivate, isWaiting }, url, current);
  current = page;
  dispatchEvent(new Event('routechange'));
  if (!page.isSibling) {
    // Nothing of one page, a half-written form least of all, may turn up in another.
    render(null, outlet);
  }
  const shown = view.show(page);
  if (isArrival) {
    window.scrollTo(0, 0);
    outlet.focus({ preventScroll: true });
  }
  try {
    await shown;
  } catch (failure) {
    if (page.signal.aborted) {
      return undefined; // its requests were given up when the reader left
    }
    throw failure;
  }
  if (isArrival && !page.signal.aborted) {
    announce(document.title.split(' — ')[0]);
    if (scrollTo > 0 && window.scrollY === 0) {
      window.scrollTo(0, scrollTo);
    }
  }
  return undefined;
}

async function load(route) {
  try {
    return await route.load();
  } catch (failure) {
    console.error(failure);
    return unloadable;
  }
}

function match(path) {
  for (const route of ROUTES) {
    const found = route.pattern.exec(path);
    if (found) {
      try {
        const params = Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
        return [route, Object.fromEntries(params)];
      } catch {
        break; // an address with a broken percent-encoding
      }
    }
  }
  return [NOT_FOUND, {}];
}

function patternOf(path) {
  return new RegExp(`^${path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}/?$`);
}

function onPopState() {
  if (current && current.path === location.pathname && current.search === location.search) {
    return; // a jump within the page
  }
  open(new URL(location.href), { scrollTo: scrollPositions.get(history.state?.key) ?? 0 });
}

function onClick(event) {
  const link = event.target.closest?.('a[href]');
  const isPlainClick =
    event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey && !event.defaultPrevented;
  if (!link || !isPlainClick || link.target || link.hasAttribute('download') || link.origin !== location.origin) {
    return;
  }
  const to = link.pathname + link.search;
  const isJump = link.hash !== '' && to === location.pathname + location.search;
  const isFile = match(link.pathname)[0] === NOT_FOUND && /\.[a-z0-9]+$/i.test(link.pathname);
  if (isJump || isFile) {
    return;
  }
  event.preventDefault();
  navigate(to + link.hash, { state: link.dataset.next ? { next: link.dataset.next } : {} });
}

function onSessionChange() {
  if (!current) {
    return;
  }
  if (current.isWaiting && session.state !== 'unavailable') {
    reload();
  } else if (current.isPrivate && !current.isWaiting && session.state === 'unauthenticated') {
    navigate('/', { replace: true });
  } else {
    current.redraw();
  }
}

function newKey() {
  return Math.random().toString(36).slice(2);
}
