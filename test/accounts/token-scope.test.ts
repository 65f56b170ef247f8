import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiClient } from '../api-client.ts';
import { drawnPhoto } from '../drawn-pictures.ts';
import { memberBrowser } from '../http/browser.ts';
import { describeOnEachApp } from '../test-app.ts';
