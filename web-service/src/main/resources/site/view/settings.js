import { html } from '../vendor/lit-html-3.3.3/lit-html.js';
import { api } from '../api.js';
import { errorMessages, Submission, valuesOf } from '../component/form.js';
import { navigate } from '../router.js';
import { session } from '../session.js';

export async function show(page) {
  page.title('Your settings');
  const { user } = session;
  const submission = new Submission(page, async form => {
    const { password, ...changes } = valuesOf(form);
    const updated = await api.updateUser(password === '' ? changes : { ...changes, password });
    session.signIn(updated);
    await navigate(`/profile/${encodeURIComponent(updated.username)}`);
  });
  page.draw(() => html`
    <div class="settings-page">
      <div class="container page form-column">
        <h1>Your settings</h1>
        ${errorMessages(submission.errors)}
        <form @submit=${submission.listener} novalidate>
          <label class="form-group">
            <span>Picture</span>
            <input class="form-control" type="url" name="image" .defaultValue=${user.image ?? ''} placeholder="https://…" autocomplete="off" />
            <small class="form-hint">The address of a picture of you; square ones look best.</small>
          </label>
          <label class="form-group">
            <span>Username</span>
            <input class="form-control" type="text" name="username" .defaultValue=${user.username} autocomplete="nickname" autocapitalize="none" spellcheck="false" required />
          </label>
          <label class="form-group">
            <span>About you</span>
            <textarea class="form-control" name="bio" rows="5" .defaultValue=${user.bio ?? ''}></textarea>
          </label>
          <label class="form-group">
            <span>Email</span>
            <input class="form-control" type="email" name="email" .defaultValue=${user.email} autocomplete="email" required />
          </label>
          <label class="form-group">
            <span>New password</span>
            <input class="form-control" type="password" name="password" autocomplete="new-password" minlength="8" />
            <small class="form-hint">At least 8 characters. Leave it empty to keep yours.</small>
          </label>
          <button class="btn btn-lg btn-primary" type="submit" ?disabled=${submission.isSending}>Update Settings</button>
        </form>
        <hr />
        <button type="button" class="btn btn-outline-danger" @click=${() => session.signOut()}>Or click here to logout</button>
      </div>
    </div>
  `);
}
