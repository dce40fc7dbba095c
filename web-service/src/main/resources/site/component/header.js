import { html, nothing, render } from '../vendor/lit-html-3.3.3/lit-html.js';
import { session } from '../session.js';
import { avatar } from './avatar.js';
import { icon, mark } from './icon.js';

/** Draws the navigation into `element`, and again whenever the reader or the page changes. */
export function startHeader(element) {
  const draw = () => render(header(), element);
  element.replaceChildren();
  draw();
  session.addEventListener('change', draw);
  addEventListener('routechange', draw);
  addEventListener('online', draw);
  addEventListener('offline', draw);
}

function header() {
  return html`
    <nav class="navbar" aria-label="Site">
      <div class="container">
        <a class="navbar-brand" href="/">${mark()}<span>conduit</span></a>
        <ul class="nav">
          ${link('/', 'Home')}
        </ul>
        <ul class="nav nav-account">
          ${LINKS[session.state]()}
        </ul>
      </div>
    </nav>
    ${navigator.onLine
      ? nothing
      : html`<p class="offline" role="status">${icon('cloud')} You are offline. What is on the page stays; the rest will load when you are back.</p>`}
  `;
}

const LINKS = {
  loading: () => nothing,
  unavailable: () => html`<li class="nav-item nav-state" role="status">Connecting…</li>`,
  unauthenticated: () => html`${link(signInAddress(), 'Sign in')} ${link('/register', 'Sign up')}`,
  authenticated: () => html`
    ${link('/editor', 'New Article', 'pencil')} ${link('/settings', 'Settings', 'gear')} ${profileLink(session.user)}
  `,
};

/** On an article it leads back to the article; the page's own link, beside the comments, is the plain one. */
function signInAddress() {
  return location.pathname.startsWith('/article/') ? `/login?next=${encodeURIComponent(location.pathname)}` : '/login';
}

function link(href, text, iconName) {
  const isHere = location.pathname === href.split('?')[0];
  return html`<li class="nav-item">
    <a class="nav-link ${iconName ? 'nav-link-icon' : ''} ${isHere ? 'active' : ''}" href=${href} aria-current=${isHere ? 'page' : nothing}
      >${iconName ? icon(iconName) : nothing}<span>${text}</span></a
    >
  </li>`;
}

function profileLink(user) {
  const href = `/profile/${encodeURIComponent(user.username)}`;
  const isHere = location.pathname === href;
  return html`<li class="nav-item">
    <a class="nav-link nav-link-icon ${isHere ? 'active' : ''}" href=${href} aria-current=${isHere ? 'page' : nothing}
      >${avatar(user, 'user-pic', 28)}<span>${user.username}</span></a
    >
  </li>`;
}
