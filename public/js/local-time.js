const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' });
const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short' });
const minute = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const full = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' });

/**
 * Puts the reader's own time in place of the server's UTC.
 * @param {ParentNode} root
 */
export function showLocalTimes(root) {
  for (const time of root.querySelectorAll('time[data-local-time]')) {
    const date = new Date(time.dateTime);
    time.textContent = ({ moment, minute }[time.dataset.localTime] ?? day).format(date);
    time.title = full.format(date);
  }
}
