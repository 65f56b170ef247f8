import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeOnEachDatabase } from '../test-database.ts';

describeOnEachDatabase('errors of the database', (open) => {
  test('do not carry the values that were sent', async () => {
    const database = await open();
    await assert.rejects(
      async () => database('members').where({ email: 'secret@example.org', nonsense: 1 }).select(),
      (error: Error) =>
        /nonsense/.test(error.message) && !/secret@example/.test(JSON.stringify(error) + error),
    );
  });
});
