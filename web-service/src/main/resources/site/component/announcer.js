/** Says a sentence to screen readers, politely. */
export function announce(sentence) {
  const region = document.getElementById('announcer');
  // Cleared first: the same sentence twice is otherwise said once.
  region.textContent = '';
  setTimeout(() => {
    region.textContent = sentence;
  }, 100);
}
