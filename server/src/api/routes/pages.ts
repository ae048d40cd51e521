import { Type } from '../schemas/type.ts';
import { AppError } from '../../core/app-error.ts';
import type { ApiDeps } from '../deps.ts';
import { openApi } from '../openapi.ts';
import { docsPage } from '../pages/docs-page.ts';
import { llmsText } from '../pages/llms-text.ts';
import { problemPage, problemsPage } from '../pages/problem-pages.ts';
import { route } from '../route.ts';
import type { Answer, Route } from '../route.ts';
import { closed } from '../schemas/fields.ts';

/** Pages for people and language models; they describe the API and are no part of it. */
export function pageRoutes(described: readonly Route[], deps: ApiDeps): Route[] {
  const docs = once(() => docsPage(openApi(described, deps)));
  const problems = once(problemsPage);
  const llms = once(() => ({
    status: 200,
    text: llmsText(described),
    contentType: 'text/plain; charset=utf-8',
  }));
  return [
    textPage('/docs', 'The API on one page', docs),
    textPage('/llms.txt', 'The API for language models', llms),
    textPage('/problems', 'Every code of a failed answer', problems),
    oneProblem,
  ];
}

const oneProblem = route({
  method: 'GET',
  path: '/problems/{code}',
  summary: 'What a code means and what to do',
  scope: null,
  params: closed({ code: Type.String({ maxLength: 64 }) }),
  answers: { 200: null },
  fails: ['not_found'],
  handle: ({ params }) => {
    const answer = problemPage(params.code);
    if (answer === null) throw new AppError('not_found', 'There is no problem with this code.');
    return answer;
  },
});

function textPage(path: string, summary: string, draw: () => Answer): Route {
  return route({
    method: 'GET',
    path,
    summary,
    scope: null,
    answers: { 200: null },
    fails: [],
    handle: () => draw(),
  });
}

/** Draws when first asked for: most servers are never asked. */
function once(draw: () => Answer): () => Answer {
  let drawn: Answer | null = null;
  return () => (drawn ??= draw());
}
