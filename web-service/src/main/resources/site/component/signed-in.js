import { navigate } from '../router.js';
import { session } from '../session.js';

/** Leaves a page for readers who are not signed in as soon as its reader is: for where they were going, or for home. */
export function goOnWhenSignedIn(page) {
  const goOn = () => {
    if (session.isAuthenticated && !page.signal.aborted) {
      navigate(page.next ?? '/', { replace: true });
    }
  };
  session.addEventListener('change', goOn, { signal: page.signal });
  // Not at once: the page is being opened, and opens another only when that is done.
  queueMicrotask(goOn);
}
