// The picture with what was found in it: on the photo page and on the front page.

import { copyLines } from './viewer-copy.js';
import { filterDetections } from './viewer-filter.js';
import { goToNeighbours } from './viewer-keys.js';
import { linkRowsAndBoxes } from './viewer-links.js';
import { showOneTab } from './viewer-tabs.js';
import { placeTags } from './viewer-tags.js';
import { zoomPicture } from './viewer-zoom.js';

for (const viewer of document.querySelectorAll('[data-viewer]')) {
  const overlay = viewer.querySelector('[data-overlay]');
  const layTags = () => placeTags(overlay);
  const zoom = zoomPicture(viewer, layTags);
  filterDetections(viewer, layTags);
  linkRowsAndBoxes(viewer, zoom.reveal);
  showOneTab(viewer);
  copyLines(viewer);
  goToNeighbours(viewer, zoom);
}
