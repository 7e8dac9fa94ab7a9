// Small comforts where script runs: the print button, and questions that stand over the page. Every page works without it.

for (const button of document.querySelectorAll('button[data-print]')) {
  button.removeAttribute('hidden');
  button.addEventListener('click', () => window.print());
}

/** @param {Element | null} dialog */
function ask(dialog) {
  if (!(dialog instanceof HTMLDialogElement) || !dialog.showModal) return false;
  dialog.removeAttribute('open');
  dialog.dataset.modal = '';
  dialog.showModal();
  return true;
}

for (const dialog of document.querySelectorAll('dialog')) {
  if (dialog.open) ask(dialog);
  for (const way of dialog.querySelectorAll('a[data-close]'))
    way.addEventListener('click', (event) => {
      event.preventDefault();
      dialog.close();
    });
}

for (const link of document.querySelectorAll('a[data-dialog]'))
  link.addEventListener('click', (event) => {
    if (ask(document.getElementById(link.getAttribute('data-dialog') ?? ''))) event.preventDefault();
  });
