import type { Photo } from '../photos/photo.ts';

/** So much of the hash keeps the pictures of one member apart, and is not too long to read. */
const HASH_DIGITS = 16;
const LONGEST_STEM = 60;

const ENDINGS: Readonly<Record<string, string>> = { 'image/jpeg': 'jpg', 'image/tiff': 'tif' };

/**
 * The file name of a photo in archives: the name that it came with, as far as every file system and training tool takes it,
 * and the beginning of its content hash. A picture has the same name in every archive.
 */
export function pictureName({
  sha256,
  filename,
  mediaType,
}: Pick<Photo, 'sha256' | 'filename' | 'mediaType'>): string {
  const stem = filename
    .replace(/\.\w{1,8}$/, '')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9_-]+/g, '_')
    .slice(0, LONGEST_STEM);
  const ending = ENDINGS[mediaType] ?? mediaType.replace('image/', '');
  return `${stem || 'photo'}-${sha256.slice(0, HASH_DIGITS)}.${ending}`;
}

/** A file name without its ending; label files are named by it. */
export function stemOf(name: string): string {
  return name.replace(/\.[^./]*$/, '');
}
