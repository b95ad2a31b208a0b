/**
 * The dependency rule of docs/architecture.md, enforced. Each rule names what a
 * folder may import; everything else is an error.
 */
const sdk = '^node_modules/';
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: allowed },
});

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'nothing-imports-entry-points',
      comment: 'bin, lambdas and test are entry points; they are loaded by path, never imported.',
      severity: 'error',
      from: { pathNot: '^(test|bin)/' },
      to: { path: '^(bin|lambdas|test)/' },
    },
    {
      name: 'unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    only(
      'core-is-pure',
      '^lib/core/',
      ['^lib/core/', '^node_modules/zod/', '^(node:)?(crypto|util)$'],
      'Core has no SDK, clock, environment or I/O. node:crypto hashes, node:util formats (see ADR 0003).',
    ),
    only(
      'adapters-use-core-and-sdks',
      '^lib/adapters/',
      ['^lib/(core|adapters)/', sdk, '^(node:)?[a-z_/]+$'],
      'An adapter knows one SDK and the port that it implements.',
    ),
    only(
      'page-has-no-way-to-anything',
      '^lib/page/',
      ['^lib/(core|page)/', '^node_modules/hono/', '^(node:)?crypto$'],
      'The prompt page knows core and hono; everything else it is given. node:crypto names its assets.',
    ),
    only(
      'runtime-composes',
      '^lib/runtime/',
      [
        '^lib/(core|adapters|page|runtime)/',
        '^node_modules/(zod|@middy/|@aws-lambda-powertools/|@types/aws-lambda)',
        '^(node:)?[a-z_/]+$',
      ],
      'The composition root: core, adapters, the page, middy, Powertools.',
    ),
    only(
      'infra-names-handlers-by-path',
      '^lib/infra/',
      [
        '^lib/infra/',
        '^lib/runtime/environment',
        '^lib/core/config/',
        '^node_modules/(aws-cdk-lib|constructs|zod)/',
        '^(node:)?[a-z_/]+$',
      ],
      'Constructs see the environment and configuration schemas only.',
    ),
    only(
      'sandbox-is-a-host',
      '^lib/sandbox/',
      ['^lib/(core|adapters|runtime|sandbox)/', sdk, '^(node:)?[a-z_/]+$'],
      'The sandbox hosts the functions; it loads handlers by path as Lambda does.',
    ),
    only(
      'command-line-speaks-to-the-service',
      '^lib/cli/',
      ['^lib/(core|adapters|cli)/', '^node_modules/(commander|zod)/', '^(node:)?[a-z_/]+$'],
      'A command of the service knows its door and nothing behind it.',
    ),
    only(
      'handlers-hold-no-logic',
      '^lambdas/',
      ['^lib/(core|runtime)/', '^node_modules/(@types/aws-lambda|@middy/)'],
      'A handler parses, calls one core function and maps the outcome.',
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
