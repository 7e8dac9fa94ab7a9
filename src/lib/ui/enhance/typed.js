// What somebody types in a long text goes to the server every few seconds, so that a power cut takes none of it. Where the server does not
// answer it stays in this browser and is sent when the same person opens the page again. `data-typed` of a form names the page, `data-by` who writes.

const EVERY = 4000;
const WHERE = '/office/site/typed';

/** @param {HTMLFormElement} form */
function fieldsOf(form) {
  /** @type {Record<string, string>} */
  const fields = {};
  for (const [name, value] of new FormData(form))
    if (!name.startsWith('_') && typeof value === 'string') fields[name] = value;
  return fields;
}

/** @param {string} by @param {string} page @param {Record<string, string>} fields */
async function send(by, page, fields) {
  const body = JSON.stringify({ page, fields });
  try {
    const answer = await fetch(WHERE, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    if (!answer.ok) throw new Error(String(answer.status));
    localStorage.removeItem(`typed ${by} ${page}`);
    return true;
  } catch {
    localStorage.setItem(`typed ${by} ${page}`, body);
    return false;
  }
}

/** @type {HTMLFormElement | null} */
const form = document.querySelector('form[data-typed]');
if (form) {
  const page = form.getAttribute('data-typed') || 'new';
  const by = form.getAttribute('data-by') || '';
  const left = localStorage.getItem(`typed ${by} ${page}`);
  if (left) void send(by, page, JSON.parse(left).fields).then((kept) => kept && location.reload());
  let known = JSON.stringify(fieldsOf(form));
  const look = () => {
    const fields = fieldsOf(form);
    const now = JSON.stringify(fields);
    if (now === known) return;
    known = now;
    void send(by, page, fields);
  };
  setInterval(look, EVERY);
  form.addEventListener('change', look);
  document.addEventListener('visibilitychange', look);
}
