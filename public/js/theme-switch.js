/** Changes the theme at once and tells the server behind the scenes; without script the form does it. */
export function switchThemeInPlace() {
  const form = document.querySelector('[data-theme-switch]');
  form?.addEventListener('submit', (event) => {
    const theme = event.submitter?.value;
    if (!theme) return;
    event.preventDefault();
    document.documentElement.dataset.theme = theme;
    for (const button of form.querySelectorAll('button')) {
      button.setAttribute('aria-pressed', String(button.value === theme));
    }
    const body = new URLSearchParams(new FormData(form, event.submitter));
    fetch(form.action, { method: 'POST', body, redirect: 'manual' }).catch(() => form.submit());
  });
}
