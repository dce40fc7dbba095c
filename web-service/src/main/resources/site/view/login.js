import { html } from '../vendor/lit-html-3.3.3/lit-html.js';
import { api } from '../api.js';
import { errorMessages } from '../component/error-messages.js';
import { Submission, valuesOf } from '../component/form.js';
import { goOnWhenSignedIn } from '../component/signed-in.js';
import { session } from '../session.js';

export async function show(page) {
  page.title('Sign in');
  const submission = new Submission(page, async form => session.signIn(await api.login(valuesOf(form))));
  goOnWhenSignedIn(page);
  page.draw(() => html`
    <div class="auth-page">
      <div class="container page form-column">
        <h1>Sign in</h1>
        <p class="form-alternative"><a href="/register" data-next=${page.next ?? '/'}>Need an account?</a></p>
        ${errorMessages(submission.errors)}
        <form @submit=${submission.listener} novalidate>
          <label class="form-group">
            <span>Email</span>
            <input class="form-control" type="email" name="email" autocomplete="username" autocapitalize="none" required />
          </label>
          <label class="form-group">
            <span>Password</span>
            <input class="form-control" type="password" name="password" autocomplete="current-password" required />
          </label>
          <button class="btn btn-lg btn-primary" type="submit" ?disabled=${submission.isSending}>Sign in</button>
        </form>
      </div>
    </div>
  `);
}
