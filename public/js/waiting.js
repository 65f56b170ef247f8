// A photo that is still waiting: asks for its state, less and less often, and shows the result once it is there.

const url = document.querySelector('[data-waiting]').dataset.waiting;
const LONGEST_PAUSE = 10_000;

async function ask(pause) {
  const status = await fetch(url, { headers: { Accept: 'application/json' } })
    .then((answer) => (answer.ok ? answer.json() : null))
    .then((photo) => photo?.status ?? 'queued')
    .catch(() => 'queued');
  if (status !== 'queued') location.reload();
  else setTimeout(ask, pause, Math.min(LONGEST_PAUSE, pause * 1.4));
}

setTimeout(ask, 700, 1000);
