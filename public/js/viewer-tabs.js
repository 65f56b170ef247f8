/**
 * Tabs after the ARIA practice: arrow keys, Home and End move between them.
 * @param {HTMLElement} viewer
 */
export function showOneTab(viewer) {
  const tabs = [...viewer.querySelectorAll('[role="tab"]')];

  function show(chosen) {
    for (const tab of tabs) {
      const selected = tab === chosen;
      tab.setAttribute('aria-selected', String(selected));
      tab.tabIndex = selected ? 0 : -1;
      document.getElementById(tab.getAttribute('aria-controls')).toggleAttribute('data-shown', selected);
    }
  }

  tabs.forEach((tab, index) => {
    tab.addEventListener('click', () => show(tab));
    tab.addEventListener('keydown', (event) => {
      const next = {
        ArrowRight: tabs[(index + 1) % tabs.length],
        ArrowLeft: tabs.at(index - 1),
        Home: tabs[0],
        End: tabs.at(-1),
      }[event.key];
      if (!next) return;
      event.preventDefault();
      event.stopPropagation();
      show(next);
      next.focus();
    });
  });
}
