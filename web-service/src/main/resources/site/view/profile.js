import { html, nothing } from '../vendor/lit-html-3.3.3/lit-html.js';
import { api } from '../api.js';
import { articleList, articleListSkeleton, pageNumber, PAGE_SIZE } from '../component/article-list.js';
import { avatar } from '../component/avatar.js';
import { emptyMessage, failureMessage } from '../component/blank.js';
import { followButton } from '../component/follow-button.js';
import { icon } from '../component/icon.js';
import { session } from '../session.js';

/** A person, their articles, and those they favorited (`/favorites`). */
export async function show(page) {
  const { username } = page.params;
  const isFavorites = page.route.path.endsWith('/favorites');
  const found = { profile: null, list: null, profileFailure: null, listFailure: null };
  page.title(isFavorites ? `Favorites of ${username}` : username);
  page.draw(() => html`
    <div class="profile-page">
      ${found.profileFailure ? notShown(found.profileFailure, username) : person(found.profile, page)}
      ${found.profile
        ? html`<div class="container page profile-column">
            ${tabs(username, isFavorites)} ${articles(found, username, isFavorites, page)}
          </div>`
        : nothing}
    </div>
  `);
  await Promise.all([loadProfile(found, username, page), loadList(found, username, isFavorites, page)]);
}

async function loadProfile(found, username, page) {
  try {
    found.profile = await api.profile(username, page.signal);
  } catch (failure) {
    page.signal.throwIfAborted();
    found.profileFailure = failure;
  }
  page.redraw();
}

async function loadList(found, username, isFavorites, page) {
  const number = pageNumber(page.query);
  const range = { limit: PAGE_SIZE, offset: (number - 1) * PAGE_SIZE };
  try {
    const list = await api.articles(isFavorites ? { ...range, favorited: username } : { ...range, author: username }, page.signal);
    found.list = { ...list, number };
  } catch (failure) {
    page.signal.throwIfAborted();
    found.listFailure = failure;
  }
  page.redraw();
}

function person(profile, page) {
  if (!profile) {
    return html`<div class="profile-head" role="status">
      <span class="visually-hidden">Loading the profile</span>
      <div class="container skeleton" aria-hidden="true"><span class="bone bone-portrait"></span><span class="bone bone-title"></span></div>
    </div>`;
  }
  return html`<div class="user-info profile-head">
    <div class="container">
      ${avatar(profile, 'user-img', 96)}
      <div class="profile-words">
        <h4 aria-level="1">${profile.username}</h4>
        <p>${profile.bio ?? ''}</p>
      </div>
      ${session.is(profile.username)
        ? html`<a class="btn btn-sm btn-outline-secondary" href="/settings">${icon('gear')} Edit Profile Settings</a>`
        : followButton(profile, page)}
    </div>
  </div>`;
}

function tabs(username, isFavorites) {
  const profile = `/profile/${encodeURIComponent(username)}`;
  return html`<div class="articles-toggle">
    <ul class="nav nav-tabs">
      ${tab(profile, session.is(username) ? 'My Articles' : 'Articles', !isFavorites)} ${tab(`${profile}/favorites`, 'Favorited', isFavorites)}
    </ul>
  </div>`;
}

function tab(href, text, isActive) {
  return html`<li class="nav-item">
    <a class="nav-link ${isActive ? 'active' : ''}" href=${href} aria-current=${isActive ? 'page' : nothing}>${text}</a>
  </li>`;
}

function articles({ list, listFailure }, username, isFavorites, page) {
  if (listFailure) {
    return failureMessage(listFailure, 'The articles');
  }
  if (!list) {
    return articleListSkeleton();
  }
  if (list.articles.length === 0) {
    return emptyMessage(html`<p class="blank-title">
      ${isFavorites ? `Nothing that ${username} marked as a favorite yet.` : `${username} has not published an article yet.`}
    </p>`);
  }
  return articleList(list, page);
}

function notShown(failure, username) {
  return html`<div class="container page profile-column">
    ${failure.status === 404 && !failure.missing
      ? html`<h1>Nobody is called ${username}</h1>
          <p>The name may have changed. <a href="/">See all articles</a></p>`
      : failureMessage(failure, 'The profile')}
  </div>`;
}
