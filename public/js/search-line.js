// The search line offers labels for the word that is being written; without script it offers them for the first.

const field = document.querySelector('[data-search-line] [type=search]');
const list = document.querySelector('#label-list');

if (field && list) {
  const labels = [...list.options].map(({ value, label }) => ({ value, label }));
  const offered = list.cloneNode(false);
  offered.id = 'query-list';
  list.after(offered);
  field.setAttribute('list', offered.id);
  field.addEventListener('input', offer);
  offer();

  function offer() {
    const [, before, word] = /^(.*?)(-?[^\s"<>=:]*)$/s.exec(field.value) ?? [];
    const minus = word?.startsWith('-') ? '-' : '';
    const quotesOpen = (before?.split('"').length ?? 1) % 2 === 0;
    offered.replaceChildren(
      ...(quotesOpen || before === undefined || (word === minus && before !== '') ? [] : labels).map(
        ({ value, label }) => {
          const option = document.createElement('option');
          option.value = `${before}${minus}${value.replaceAll(' ', '-')} `;
          option.label = label;
          return option;
        },
      ),
    );
  }
}
