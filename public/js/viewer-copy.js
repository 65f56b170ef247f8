const CONFIRMED_FOR = 1600;

/**
 * Copying: one line, all lines, or what is selected on the picture, line by line.
 * @param {HTMLElement} viewer
 */
export function copyLines(viewer) {
  const overlay = viewer.querySelector('[data-overlay]');
  const announcement = viewer.querySelector('[data-announcement]');
  const all = [...viewer.querySelectorAll('[data-line-rows] .row-text')].map((line) => line.textContent);

  async function copy(text, button) {
    await write(text);
    announcement.textContent = 'Copied';
    button.setAttribute('data-done', '');
    setTimeout(() => button.removeAttribute('data-done'), CONFIRMED_FOR);
  }

  viewer.querySelector('[data-copy-all]')?.addEventListener('click', ({ currentTarget }) => {
    copy(all.join('\n'), currentTarget);
  });
  for (const button of viewer.querySelectorAll('[data-copy-line]')) {
    button.addEventListener('click', () => {
      copy(button.closest('[data-line]').querySelector('.row-text').textContent, button);
    });
  }

  // Left to itself the browser would run the lines of the drawing together.
  document.addEventListener('copy', (event) => {
    const selection = document.getSelection();
    if (selection.rangeCount === 0 || !overlay.contains(selection.anchorNode)) return;
    const range = selection.getRangeAt(0);
    const parts = [...overlay.querySelectorAll('.line-text')]
      .filter((line) => range.intersectsNode(line))
      .map((line) => selectedPart(range, line))
      .filter((part) => part !== '');
    event.clipboardData.setData('text/plain', parts.join('\n'));
    event.preventDefault();
  });
}

function selectedPart(range, line) {
  const text = line.firstChild;
  const start = text === range.startContainer ? range.startOffset : 0;
  const end = text === range.endContainer ? range.endOffset : undefined;
  return text.data.slice(start, end);
}

/** Browsers offer the clipboard to https and localhost alone; elsewhere, as in a LAN, the older way has to do. */
async function write(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'visually-hidden';
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}
