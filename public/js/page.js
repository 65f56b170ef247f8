// What every page does beyond its HTML. Nothing here is needed to use the site.

import { keepFormDrafts } from './form-draft.js';
import { sendFormsOnce } from './form-once.js';
import { showLocalTimes } from './local-time.js';
import { switchThemeInPlace } from './theme-switch.js';

showLocalTimes(document);
switchThemeInPlace();
keepFormDrafts();
sendFormsOnce();
document.querySelector('[data-form-summary]')?.focus();

document.addEventListener('click', ({ target }) => {
  for (const menu of document.querySelectorAll('details.menu[open], details.drop[open]')) {
    if (!menu.contains(target)) menu.open = false;
  }
});

document.addEventListener('keydown', ({ key }) => {
  const menu = document.querySelector('details.menu[open], details.drop[open]');
  if (key !== 'Escape' || !menu) return;
  menu.open = false;
  menu.querySelector('summary').focus();
});
