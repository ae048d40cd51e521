import { failureAdvice } from '../../core/failure-advice.ts';
import { failures } from '../../core/failures.ts';
import type { FailureCode } from '../../core/failures.ts';
import type { Answer } from '../route.ts';
import { html, withCode } from './html.ts';
import type { Html } from './html.ts';
import { page } from './page.ts';

const codes = Object.keys(failures) as FailureCode[];

/** Explains one code: what it means, whether repeating helps, what to do. Null if there is none. */
export function problemPage(code: string): Answer | null {
  const known = codes.find((each) => each === code);
  if (known === undefined) return null;
  const { status, says } = failures[known];
  return page(
    known,
    html`<p><a href="/problems">All problems</a></p>
      <h1><code>${known}</code></h1>
      <p>${says}</p>
      <dl>
        <dt><b>Status</b></dt>
        <dd>${status}</dd>
        <dt><b>Can the same request succeed later?</b></dt>
        <dd>${repeating(known)}</dd>
        <dt><b>What to do</b></dt>
        <dd>${withCode(failureAdvice[known])}</dd>
      </dl>
      <p>An answer with this code looks like this:</p>
      <pre><code>${JSON.stringify(exampleOf(known), null, 2)}</code></pre>`,
  );
}

/** Lists every code. */
export function problemsPage(): Answer {
  const rows = codes.map((code) => row(code));
  return page(
    'Problems',
    html`<p><a href="/docs">API reference</a></p>
      <h1>Problems</h1>
      <p>
        Every failed answer is <code>application/problem+json</code> (RFC 9457). Its
        <code>code</code> is one of these and never changes its meaning;
        <code>requestId</code> finds it in the log.
      </p>
      <div class="wide">
        <table>
          <tr>
            <th>Code</th>
            <th>Status</th>
            <th>Means</th>
          </tr>
          ${rows}
        </table>
      </div>`,
  );
}

function row(code: FailureCode): Html {
  const { status, says } = failures[code];
  return html`<tr>
    <td>
      <a href="/problems/${code}"><code>${code}</code></a>
    </td>
    <td>${status}</td>
    <td>${says}</td>
  </tr> `;
}

function repeating(code: FailureCode): string {
  return failures[code].retryable
    ? 'Yes: send it again, unchanged, after the time in Retry-After if there is one.'
    : 'No: something about it must change first.';
}

function exampleOf(code: FailureCode) {
  const { status, says } = failures[code];
  const type = `/problems/${code}`;
  return { type, title: says, status, code, detail: says, requestId: 'req_…' };
}
