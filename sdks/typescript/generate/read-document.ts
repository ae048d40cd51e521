import { openApiText } from '../../../server/src/app/openapi-text.ts';
import type { Document } from './schema.ts';

/** The OpenAPI document as a server of this tree would answer it. */
export function readDocument(): Document {
  return JSON.parse(openApiText({ publicUrl: null, version: '0.0.0' })) as Document;
}
