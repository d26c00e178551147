// Shows new content in place of old and keeps what the person had: focus, open details, scroll.

function pathTo(root, node) {
  const path = [];
  for (let at = node; at && at !== root; at = at.parentElement) {
    if (!at.parentElement) return undefined;
    path.unshift([...at.parentElement.children].indexOf(at));
  }
  return path;
}

function at(root, path) {
  return path.reduce((node, index) => node?.children[index], root);
}

/** Runs `change`, which replaces what is in `root`. */
export function keep(root, change) {
  const focused = document.activeElement;
  const path = root.contains(focused) ? pathTo(root, focused) : undefined;
  const open = [...root.querySelectorAll("details")].map((details) => details.open);
  const [x, y] = [window.scrollX, window.scrollY];
  change();
  [...root.querySelectorAll("details")].forEach((details, i) => {
    if (open[i]) details.open = true;
  });
  const same = path && at(root, path);
  if (same && same.tagName === focused.tagName) same.focus({ preventScroll: true });
  window.scrollTo(x, y);
}
