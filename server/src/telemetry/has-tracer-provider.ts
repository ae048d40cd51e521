/**
 * Where every copy of the OpenTelemetry API of this major version keeps what was registered.
 *
 * @see https://www.npmjs.com/package/@opentelemetry/api (src/internal/global-utils.ts)
 */
const registered = Symbol.for('opentelemetry.js.api.1');

/** Whether anything was registered with OpenTelemetry; its API needs not be loaded to know. */
export function hasTracerProvider(): boolean {
  return registered in globalThis;
}
