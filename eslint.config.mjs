import { existsSync, readdirSync } from 'node:fs';
import tseslint from 'typescript-eslint';

const folders = (root) =>
  existsSync(root) ? readdirSync(root, { withFileTypes: true }).filter((e) => e.isDirectory()) : [];

/** What each library may import of ours: protocol -> nothing; events -> protocol; service -> npm; others -> these. */
const allowedLibs = { protocol: [], events: ['protocol'], service: [] };
/** Further edges, each with a reason: these libraries stand on another one's port. */
const extraLibs = { client: ['chain'], keys: ['chain'], engine: ['storage'], chain: [] };
const libNames = folders('libs').map((entry) => entry.name);

const importRules = libNames.map((name) => {
  const allowed = allowedLibs[name] ?? [
    'protocol',
    'events',
    'service',
    ...(extraLibs[name] ?? []),
  ];
  return {
    files: [`libs/${name}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['**/apps/**', '@nestjs/*'], message: 'libraries know neither apps nor Nest' },
            {
              group: libNames
                .filter((lib) => lib !== name && !allowed.includes(lib))
                .map((lib) => `#libs/${lib}`),
              message: `libs/${name} may import only: ${allowed.join(', ') || 'nothing of ours'}`,
            },
          ].filter((pattern) => pattern.group.length > 0),
        },
      ],
    },
  };
});

const appRules = folders('apps').map(({ name }) => ({
  files: [`apps/${name}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          { group: ['**/apps/*', '../../*/src/**'], message: 'an app never imports another app' },
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ['node_modules', 'dist', 'contracts', 'libs/*/src/generated', 'coverage'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 4],
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allow: [{ name: ['bigint'], from: 'lib' }] },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: 'configuration is parsed once, in config.ts through #libs/service',
        },
      ],
    },
  },
  ...importRules,
  ...appRules,
  {
    files: [
      '**/config.ts',
      'libs/service/src/config*.ts',
      'test/**/*.ts',
      'vitest.config.ts',
      'prisma/**/*.ts',
      '*.config.ts',
    ],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['**/*.spec.ts', 'test/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
