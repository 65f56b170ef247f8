/**
 * Label chips, text chip and score slider decide what is drawn and listed.
 * @param {HTMLElement} viewer
 * @param {() => void} onChange
 */
export function filterDetections(viewer, onChange) {
  const slider = viewer.querySelector('[data-score-slider]');
  const output = viewer.querySelector('[data-score-output]');
  const announcement = viewer.querySelector('[data-announcement]');
  const labelSwitches = [...viewer.querySelectorAll('[data-label-switch]')];
  const textSwitch = viewer.querySelector('[data-text-switch]');
  const rows = [...viewer.querySelectorAll('[data-detection-rows] > li')];

  function apply() {
    const least = slider ? Number(slider.value) / 100 : 0;
    const off = new Set(labelSwitches.filter((chip) => !isOn(chip)).map((chip) => chip.dataset.labelSwitch));
    // The slider shows whole percents, so scores are compared as they are shown.
    const hidden = ({ dataset }) => Math.round(dataset.score * 100) / 100 < least || off.has(dataset.label);
    for (const drawn of viewer.querySelectorAll('[data-overlay] [data-detection]')) {
      drawn.toggleAttribute('hidden', hidden(drawn));
    }
    for (const row of rows) row.hidden = hidden(row);
    for (const line of viewer.querySelectorAll('[data-overlay] .line')) {
      line.toggleAttribute('hidden', textSwitch !== null && !isOn(textSwitch));
    }
    const left = rows.filter((row) => !row.hidden).length;
    const note = viewer.querySelector('[data-all-hidden]');
    if (note) note.hidden = left > 0;
    if (output) output.textContent = `${slider.value} %`;
    onChange();
    return left;
  }

  const announce = () => {
    announcement.textContent = `${apply()} of ${rows.length} objects shown`;
  };
  slider?.addEventListener('input', apply);
  slider?.addEventListener('change', announce);
  for (const chip of [...labelSwitches, textSwitch]) {
    chip?.addEventListener('click', () => {
      chip.setAttribute('aria-pressed', String(!isOn(chip)));
      announce();
    });
  }
  apply();
}

function isOn(chip) {
  return chip.getAttribute('aria-pressed') === 'true';
}
