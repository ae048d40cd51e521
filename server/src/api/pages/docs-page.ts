import type {
  Content,
  Example,
  OpenApiDocument,
  Operation,
  Operations,
  Parameter,
  Response,
} from '../openapi-document.ts';
import type { Answer } from '../route.ts';
import { html, withCode } from './html.ts';
import type { Html } from './html.ts';
import { page } from './page.ts';

type Placed = { readonly path: string; readonly method: string; readonly operation: Operation };

/** The whole API on one page, drawn from its OpenAPI document, without a script. */
export function docsPage(document: OpenApiDocument): Answer {
  const operations = [...placed(document.paths), ...placed(document.webhooks)];
  const byTag = [...Map.groupBy(operations, ({ operation }) => operation.tags[0] ?? 'server')];
  const links = byTag.map(([tag]) => html`<li><a href="#${tag}">${tag}</a></li>`);
  const sections = byTag.map(([tag, those]) => section(tag, those));
  return page(
    'API reference',
    html`<h1>Posthorn API ${document.info.version}</h1>
      <p>
        The same as <a href="/openapi.json">OpenAPI 3.1</a>, and as
        <a href="/llms.txt">plain text</a> for language models. Failed answers are explained under
        <a href="/problems">problems</a>.
      </p>
      <nav aria-label="Sections">
        <ul>
          ${links}
        </ul>
      </nav>
      ${sections}`,
  );
}

function placed(paths: Operations): Placed[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
}

function section(tag: string, operations: readonly Placed[]): Html {
  return html`<h2 id="${tag}">${tag}</h2>
    ${operations.map((each) => operationPart(each))}`;
}

function operationPart({ path, method, operation }: Placed): Html {
  const { operationId, summary, description, parameters, requestBody, responses } = operation;
  return html`<h3 id="${operationId}">
      <code><span class="method">${method.toUpperCase()}</span> ${path}</code>
    </h3>
    <p>${withCode(summary)}. ${withCode(description ?? '')}</p>
    ${parameters.length === 0 ? html`` : parametersPart(parameters)}
    ${requestBody === undefined ? html`` : contentPart('Body', requestBody.content)}
    ${answersPart(responses)}`;
}

function parametersPart(parameters: readonly Parameter[]): Html {
  const rows = parameters.map(
    (each) =>
      html`<tr>
        <td><code>${each.name}</code></td>
        <td>${each.in}${each.required ? ', required' : ''}</td>
        <td>${withCode(each.description ?? '')}</td>
      </tr> `,
  );
  return html`<details>
    <summary>Parameters (${parameters.length})</summary>
    <div class="wide">
      <table>
        <tr>
          <th>Name</th>
          <th>In</th>
          <th>Means</th>
        </tr>
        ${rows}
      </table>
    </div>
  </details>`;
}

/** Content types may share their schema, and then share its examples. */
function contentPart(label: string, content: Content): Html {
  const bySchema = Map.groupBy(Object.entries(content), ([, { schema }]) => schema);
  const parts = [...bySchema.entries()].map(([schema, those]) => {
    const types = those.map(([type]) => html`<code>${type}</code> `);
    const examples = Object.values(those[0]?.[1].examples ?? {});
    return html`${examples.map(examplePart)}
      <details>
        <summary>${label}: ${types}</summary>
        <pre><code>${JSON.stringify(schema, null, 2)}</code></pre>
      </details> `;
  });
  return html`${parts}`;
}

function examplePart({ summary, value }: Example): Html {
  return html`<details>
    <summary>Example: ${summary}</summary>
    <pre><code>${JSON.stringify(value, null, 2)}</code></pre>
  </details> `;
}

/** Good answers one by one, then all that can go wrong in one list. */
function answersPart(responses: Operation['responses']): Html {
  const all = Object.entries(responses);
  const good = all.filter(([, response]) => !isProblem(response));
  const problems = all.filter(([, response]) => isProblem(response));
  return html`${good.map(([status, response]) => answerPart(status, response))}
  ${problems.length === 0 ? html`` : problemsPart(problems)}`;
}

function isProblem({ content }: Response): boolean {
  return content !== undefined && 'application/problem+json' in content;
}

function answerPart(status: string, { description, content }: Response): Html {
  if (content !== undefined) return contentPart(`Answer ${status}`, content);
  return html`<p>Answer <code>${status}</code>: ${withCode(description)}</p> `;
}

function problemsPart(problems: readonly (readonly [string, Response])[]): Html {
  const lines = problems.flatMap(([status, { description }]) =>
    description
      .split('\n\n')
      .map((line) => html`<li><code>${status}</code> ${withCode(line)}</li> `),
  );
  return html`<details>
    <summary>Problems (${lines.length})</summary>
    <ul>
      ${lines}
    </ul>
  </details> `;
}
