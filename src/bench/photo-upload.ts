import type { Call } from './http-client.ts';

const BOUNDARY = '----detectx-bench-4f2b9c';

/** A picture file in memory. */
export interface PictureFile {
  name: string;
  bytes: Buffer;
}

/** A call that sends a picture as a form does. The body is put together here, once, so that sending it costs nothing more. */
export function photoUpload(path: string, { name, bytes }: PictureFile, token: string): Call {
  const head = [
    `--${BOUNDARY}`,
    `Content-Disposition: form-data; name="photo"; filename="${name}"`,
    'Content-Type: application/octet-stream',
    '',
    '',
  ].join('\r\n');
  return {
    method: 'POST',
    path,
    headers: {
      Authorization: `Bearer ${token}`,
      'Content-Type': `multipart/form-data; boundary=${BOUNDARY}`,
    },
    body: Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]),
  };
}
