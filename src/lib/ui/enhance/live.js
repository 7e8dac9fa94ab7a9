// Parts of a page that change by themselves: told by the server within a second, asked for every ten where it cannot tell.
// `data-live` names what a part shows: `queue`, `stations`, `stations/<id>`; several by spaces. It needs an id.

const POLL = 10000;
/** Remaining minutes change without anybody doing anything. */
const MINUTE = 30000;
/** A public computer says that it is there. */
const HERE = 20000;

/** @param {string} topic @param {Element} part */
const concerns = (topic, part) =>
  (part.getAttribute('data-live') ?? '')
    .split(' ')
    .some((own) => topic === own || topic.startsWith(`${own}/`) || own.startsWith(`${topic}/`));

let asking = false;
let again = false;

async function renew() {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' }, cache: 'no-store' });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const part of document.querySelectorAll('[data-live]')) {
      const fresh = page.getElementById(part.id);
      if (!fresh) {
        location.reload(); // another page stands there now: the session began or ended
        return;
      }
      const active = document.activeElement;
      const inside = active !== null && part.contains(active);
      // somebody is typing or choosing there
      if (inside && /^(INPUT|SELECT|TEXTAREA)$/.test(active.tagName)) continue;
      if (fresh.innerHTML === part.innerHTML) continue;
      // what has the keyboard and what is unfolded stays so, by its place
      const reach = 'a[href],button,summary';
      const place = inside ? [...part.querySelectorAll(reach)].indexOf(active) : -1;
      const unfolded = [...part.querySelectorAll('details')].map((one) => one.open);
      part.innerHTML = fresh.innerHTML;
      for (const [at, one] of [...part.querySelectorAll('details')].entries()) if (unfolded[at]) one.open = true;
      const next = part.querySelectorAll(reach)[place];
      if (next instanceof HTMLElement) next.focus();
      document.dispatchEvent(new CustomEvent('renewed'));
    }
  } catch {
    // no power or no link: the page stays as it was and asks again
  } finally {
    asking = false;
    if (again) {
      again = false;
      setTimeout(renew, 100);
    }
  }
}

if (document.querySelector('[data-here]')) {
  const here = () => fetch('/kiosk/here', { cache: 'no-store' }).catch(() => undefined);
  void here();
  setInterval(here, HERE);
}

if (document.querySelector('[data-live]')) {
  let told = false;
  if ('EventSource' in window) {
    const source = new EventSource('/live');
    source.onopen = () => {
      if (told) void renew(); // what was missed meanwhile
      told = true;
    };
    source.onerror = () => (told = true);
    source.onmessage = ({ data }) => {
      if ([...document.querySelectorAll('[data-live]')].some((part) => concerns(data, part))) void renew();
    };
    setInterval(() => {
      if (source.readyState === EventSource.CLOSED) void renew();
    }, POLL);
  } else setInterval(renew, POLL);
  setInterval(renew, MINUTE);
}
