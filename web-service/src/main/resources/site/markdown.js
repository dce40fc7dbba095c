import { Marked } from './vendor/marked-18.2.1/marked.esm.js';
import './vendor/dompurify-3.4.18/purify.min.js';

const { DOMPurify } = globalThis;

/** The HTML an author may mix in: marks without attributes that Markdown has no sign for. */
const PLAIN_MARK = /^<\/?(?:abbr|br|del|details|ins|kbd|mark|q|s|small|sub|summary|sup|u)\s*\/?>$/i;

const marked = new Marked({
  gfm: true,
  renderer: {
    // All other HTML is shown as it was typed. The sanitiser would remove what is dangerous in it, but only after the browser
    // has parsed it, and reported each event handler and style in it against the site's policy.
    html({ text, block }) {
      if (PLAIN_MARK.test(text.trim())) {
        return text;
      }
      return block ? `<p>${escaped(text.trim())}</p>` : escaped(text);
    },
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
  if (node.tagName === 'PRE' || node.tagName === 'TABLE') {
    node.setAttribute('tabindex', '0'); // wide ones scroll by themselves, with the arrow keys too
  }
  if (node.tagName === 'IMG') {
    const address = node.getAttribute('src');
    if (address) {
      node.setAttribute('src', address.replace(/^http:/i, 'https:'));
    }
    node.setAttribute('loading', 'lazy');
    node.setAttribute('referrerpolicy', 'no-referrer');
  }
});

function escaped(text) {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

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
