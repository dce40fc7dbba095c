import { html } from '../vendor/lit-html-3.3.3/lit-html.js';
import { api, messagesOf } from '../api.js';
import { icon } from './icon.js';
import { notify } from './notice.js';
import { OptimisticSwitch, turnSwitchOf } from './optimistic-switch.js';

export function followButton(profile, page) {
  return html`<button
    type="button"
    class="btn btn-sm btn-follow ${profile.following ? 'btn-secondary' : 'btn-outline-secondary'}"
    @click=${() => turn(profile, page)}
  >
    ${icon(profile.following ? 'check' : 'plus')} ${profile.following ? 'Unfollow' : 'Follow'} ${profile.username}
  </button>`;
}

function turn(profile, page) {
  turnSwitchOf(profile, () => switchOf(profile, page));
}

function switchOf(profile, page) {
  return new OptimisticSwitch(profile.following, {
    send: on => api.follow(profile.username, on),
    turned(on) {
      profile.following = on;
      page.redraw();
    },
    failed: failure => notify(`You still ${profile.following ? '' : 'don’t '}follow ${profile.username}. ${messagesOf(failure).join('. ')}`),
  });
}
