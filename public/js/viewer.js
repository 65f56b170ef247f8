// The picture with what was found in it: on the photo page and on the front page.

import { copyLines } from './viewer-copy.js';
import { filterDetections } from './viewer-filter.js';
import { goToNeighbours } from './viewer-keys.js';
import { linkRowsAndBoxes } from './viewer-links.js';
import { showOneTab } from './viewer-tabs.js';
import { placeTags } from './viewer-tags.js';
import { zoomPicture } from './viewer-zoom.js';

/** A picture that the browser cannot show (TIFF, as most) leaves the preview below it in sight. */
function fallBackToPreview(viewer) {
  if (!viewer.querySelector('.picture-preview')) return;
  const image = viewer.querySelector('.picture-image');
  const removeBroken = () => image.remove();
  if (image.complete && image.naturalWidth === 0) removeBroken();
  else image.addEventListener('error', removeBroken);
}

for (const viewer of document.querySelectorAll('[data-viewer]')) {
  const overlay = viewer.querySelector('[data-overlay]');
  const layTags = () => placeTags(overlay);
  const zoom = zoomPicture(viewer, layTags);
  filterDetections(viewer, layTags);
  linkRowsAndBoxes(viewer, zoom.reveal);
  showOneTab(viewer);
  copyLines(viewer);
  goToNeighbours(viewer, zoom);
  fallBackToPreview(viewer);
}
