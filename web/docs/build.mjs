// The API page: Swagger UI as its package ships it, pointed at our own document; nothing is fetched from elsewhere.
// (Its install script would report the installation: `ignore-scripts` in web/.npmrc keeps every such script from running.)
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const from = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const to = join(import.meta.dirname, 'dist');
await rm(to, { recursive: true, force: true });
await mkdir(join(to, 'assets'), { recursive: true });
for (const name of ['swagger-ui.css', 'swagger-ui-bundle.js']) await cp(join(from, name), join(to, 'assets', name));
// The endpoints people come for first; the pages themselves last.
const start = `const last = ['system', 'pages'];
SwaggerUIBundle({
  url: '/openapi.json', dom_id: '#api', deepLinking: true, validatorUrl: null, docExpansion: 'list', filter: true,
  tagsSorter: (a, b) => last.indexOf(a) - last.indexOf(b) || a.localeCompare(b),
});
`;
await writeFile(join(to, 'assets', 'start.js'), start);
await writeFile(
  join(to, 'index.html'),
  `<!doctype html>
<html lang="zh-Hans">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>帮办 API</title>
    <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="/docs/assets/swagger-ui.css" />
  </head>
  <body>
    <div id="api"></div>
    <script src="/docs/assets/swagger-ui-bundle.js"></script>
    <script src="/docs/assets/start.js"></script>
  </body>
</html>
`,
);
