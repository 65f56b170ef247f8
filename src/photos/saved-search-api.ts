import { currentMember } from '../http/current-member.ts';
import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import type { SavedSearchOptions } from './saved-search-pages.ts';
import { newSearchSchema, searchNameSchema } from './saved-search-schemas.ts';
import type { OpenableSearch } from './saved-search-service.ts';

/** The searches that a member keeps, `/api/v1/searches`. */
export function savedSearchApi({ searches, photos, labels }: SavedSearchOptions): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/searches',
      access: 'member',
      handler: async (req, res) => {
        res.json({ items: (await searches.list(currentMember(req).id)).map(searchJson) });
      },
    },
    {
      method: 'POST',
      path: '/api/v1/searches',
      access: 'member',
      handler: async (req, res) => {
        const { id } = currentMember(req);
        const wanted = parse(newSearchSchema(await photos.knownLabels(id, labels)), req.body);
        res.status(201).json(searchJson(await searches.save(id, wanted)));
      },
    },
    {
      method: 'PATCH',
      path: '/api/v1/searches/:id',
      access: 'member',
      handler: async (req, res) => {
        const { id } = await searches.get(currentMember(req).id, String(req.params.id));
        const { name } = parse(searchNameSchema, req.body);
        res.json(searchJson(await searches.rename(currentMember(req).id, id, name)));
      },
    },
    {
      method: 'DELETE',
      path: '/api/v1/searches/:id',
      access: 'member',
      handler: async (req, res) => {
        await searches.remove(currentMember(req).id, String(req.params.id));
        res.status(204).end();
      },
    },
  ];
}

function searchJson({ id, name, query, sort, createdAt, href }: OpenableSearch) {
  const photos = href.replace('/photos', '/api/v1/photos');
  return { id, name, query, sort, createdAt: createdAt.toISOString(), links: { photos, page: href } };
}
