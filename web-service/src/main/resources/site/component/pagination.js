import { html, nothing } from '../vendor/lit-html-3.3.3/lit-html.js';

/** How many pages stand on each side of the present one before the row is cut short. */
const AROUND = 2;

/**
 * @param {number} present from 1
 * @param {number} last
 */
export function pagination(present, last, page) {
  if (last < 2) {
    return nothing;
  }
  return html`<div role="navigation" aria-label="Pages">
    <ul class="pagination">
      ${numbers(present, last).map(number =>
        number === null
          ? html`<li class="page-gap" aria-hidden="true">…</li>`
          : html`<li class="page-item ${number === present ? 'active' : ''}">
              <a
                class="page-link"
                href=${addressOf(number, page)}
                aria-label="Page ${number}"
                aria-current=${number === present ? 'page' : nothing}
                >${number}</a
              >
            </li>`,
      )}
    </ul>
  </div>`;
}

/** The first, the last and those around the present one; null stands for what is left out. */
function numbers(present, last) {
  const shown = [];
  for (let number = 1; number <= last; number++) {
    const isNear = Math.abs(number - present) <= AROUND;
    if (number === 1 || number === last || isNear || last <= 7) {
      shown.push(number);
    } else if (shown.at(-1) !== null) {
      shown.push(null);
      number = number < present ? present - AROUND - 1 : last - 1;
    }
  }
  return shown;
}

function addressOf(number, page) {
  const query = new URLSearchParams(page.query);
  if (number === 1) {
    query.delete('page');
  } else {
    query.set('page', number);
  }
  return query.size > 0 ? `${page.path}?${query}` : page.path;
}
