import { html, nothing } from '../vendor/lit-html-3.3.3/lit-html.js';
import { api } from '../api.js';
import { errorMessages, Submission, valuesOf } from '../component/form.js';
import { navigate } from '../router.js';
import { session } from '../session.js';

const LOGIN = {
  title: 'Sign in',
  send: api.login,
  passwordHelp: 'current-password',
  other: { href: '/register', text: 'Need an account?' },
};

const REGISTER = {
  title: 'Sign up',
  send: api.register,
  passwordHelp: 'new-password',
  other: { href: '/login', text: 'Have an account?' },
};

/** Signs the reader in, with an old account (`/login`) or a new one (`/register`). */
export async function show(page) {
  const { title, send, passwordHelp, other } = page.route.path === '/register' ? REGISTER : LOGIN;
  page.title(title);
  const submission = new Submission(page, async form => session.signIn(await send(valuesOf(form))));
  page.draw(() => html`
    <div class="auth-page">
      <div class="container page form-column">
        <h1>${title}</h1>
        <p class="form-alternative"><a href=${other.href} data-next=${page.next ?? nothing}>${other.text}</a></p>
        ${errorMessages(submission.errors)}
        <form @submit=${submission.listener} novalidate>
          ${send === api.register
            ? html`<label class="form-group">
                <span>Username</span>
                <input class="form-control" type="text" name="username" autocomplete="nickname" autocapitalize="none" spellcheck="false" required />
              </label>`
            : nothing}
          <label class="form-group">
            <span>Email</span>
            <input class="form-control" type="email" name="email" autocomplete="username" autocapitalize="none" required />
          </label>
          <label class="form-group">
            <span>Password</span>
            <input class="form-control" type="password" name="password" autocomplete=${passwordHelp} required />
            ${send === api.register ? html`<small class="form-hint">At least 8 characters.</small>` : nothing}
          </label>
          <button class="btn btn-lg btn-primary" type="submit" ?disabled=${submission.isSending}>${title}</button>
        </form>
      </div>
    </div>
  `);
  session.addEventListener('change', () => goOn(page), { signal: page.signal });
  goOn(page);
}

/** Once the reader is signed in: to where they were going, or home. */
function goOn(page) {
  if (session.isAuthenticated) {
    navigate(page.next ?? '/', { replace: true });
  }
}
