import { createHash } from 'node:crypto';
import type { Answer } from '../route.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

const style = `
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --link: #0b57d0; }
@media (prefers-color-scheme: dark) { :root { --link: #8ab4f8; } }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; }
body { padding: 1rem 1.5rem 4rem; }
a { color: var(--link); }
h1 { font-size: 1.7rem; } h1 code { font-size: inherit; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
h3 { margin-bottom: .2rem; } h3 code { font-size: 1rem; overflow-wrap: anywhere; }
code, pre { font: .875rem/1.45 ui-monospace, monospace; }
code, pre { background: var(--soft); border-radius: 4px; }
code { padding: .1em .3em; } pre { padding: .75rem; overflow-x: auto; }
pre code { padding: 0; background: none; }
table { border-collapse: collapse; width: 100%; } .wide { overflow-x: auto; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; }
th, td { border-bottom: 1px solid var(--line); }
nav ul { columns: 3 12rem; padding-left: 1.2rem; }
details { margin: .4rem 0; } summary { cursor: pointer; }
.method { display: inline-block; min-width: 4.2rem; font-weight: 600; }`;

/** Nothing but its own style: no script, no other host, no frame around it. */
function policyFor(styleHash: string): string {
  const nothingElse = ["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"];
  return ["default-src 'none'", `style-src 'sha256-${styleHash}'`, ...nothingElse].join('; ');
}

const styleHash = createHash('sha256').update(style).digest('base64');

const headers = {
  'content-security-policy': policyFor(styleHash),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

/** Answers a whole page that needs no script and no other host. */
export function page(title: string, body: Html): Answer {
  const styled: Html = { html: `<style>${style}</style>` };
  const whole = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Posthorn</title>
        ${styled}
      </head>
      <body>
        ${body}
      </body>
    </html> `;
  return { status: 200, text: whole.html, contentType: 'text/html; charset=utf-8', headers };
}
