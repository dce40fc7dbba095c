import { Marked } from './vendor/marked-18.2.1/marked.esm.js';
import './vendor/dompurify-3.4.18/purify.min.js';

const { DOMPurify } = globalThis;

const marked = new Marked({
  gfm: true,
  renderer: {
    // A task list is text here: no form control of an author's may stand in a page.
    checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
  },
});

const ALLOWED = {
  USE_PROFILES: { html: true },
  FORBID_TAGS: ['button', 'form', 'input', 'select', 'style', 'textarea', 'dialog', 'audio', 'video', 'source'],
  // A class or an id of an author's could pass for a part of the site; a style attribute is refused by the site's policy.
  FORBID_ATTR: ['class', 'id', 'name', 'style', 'srcset'],
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

DOMPurify.addHook('afterSanitizeAttributes', node => {
  if (node.tagName === 'A' && node.hasAttribute('href')) {
    node.setAttribute('rel', 'nofollow noopener noreferrer ugc');
    node.removeAttribute('target');
  }
  if (node.tagName === 'IMG') {
    node.setAttribute('loading', 'lazy');
    node.setAttribute('referrerpolicy', 'no-referrer');
  }
});

/**
 * Renders an author's Markdown (CommonMark with GitHub's tables, task lists and strike-through) to nodes that are safe to put
 * in the page: no script, no event handler, no address but web, mail and relative ones, no form, no style.
 *
 * @param {string} text
 * @returns {DocumentFragment}
 */
export function renderMarkdown(text) {
  return DOMPurify.sanitize(marked.parse(text ?? ''), ALLOWED);
}
