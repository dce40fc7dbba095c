import { html } from '../vendor/lit-html-3.3.3/lit-html.js';

const DEFAULT_AVATAR = '/avatars/default-avatar.svg';

/**
 * The picture of a person. It stands beside their name, so it is decoration to a screen reader.
 *
 * @param {{username: string, image: string|null}} person
 * @param {string} classes
 * @param {number} size of its side in CSS pixels
 */
export function avatar(person, classes, size) {
  return html`<img
    class="avatar ${classes}"
    src=${addressOf(person?.image)}
    alt=""
    width=${size}
    height=${size}
    decoding="async"
    referrerpolicy="no-referrer"
    @load=${event => event.target.classList.remove('avatar-broken')}
    @error=${event => event.target.classList.add('avatar-broken')}
  />`;
}

/** Only what can be nothing but a picture: a person chooses this text. */
function addressOf(image) {
  const address = image?.trim();
  if (!address) {
    return DEFAULT_AVATAR;
  }
  try {
    const { protocol } = new URL(address, location.origin);
    const isPicture = protocol === 'https:' || protocol === 'http:' || /^data:image\//i.test(address);
    // Over plain HTTP it would be refused by the site's policy.
    return isPicture ? address.replace(/^http:/i, 'https:') : DEFAULT_AVATAR;
  } catch {
    return DEFAULT_AVATAR;
  }
}
