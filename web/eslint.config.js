import js from '@eslint/js'
import vue from 'eslint-plugin-vue'
import accessibility from 'eslint-plugin-vuejs-accessibility'
import globals from 'globals'
import ts from 'typescript-eslint'

export default ts.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/.shots/**', '**/components.d.ts'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...vue.configs['flat/recommended'],
  ...accessibility.configs['flat/recommended'],
  {
    languageOptions: { globals: { ...globals.browser }, parserOptions: { parser: ts.parser, extraFileExtensions: ['.vue'] } },
    rules: {
      // The compiler knows the globals of a TypeScript file better.
      'no-undef': 'off',
      // Layout of templates is left to the writer.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': ['warn', { html: { void: 'always', normal: 'always', component: 'always' } }],
      'vue/require-default-prop': 'off',
      'vue/multi-word-component-names': 'error',
      // A label here wraps its input or names it by id; either is enough.
      'vuejs-accessibility/label-has-for': ['error', { required: { some: ['nesting', 'id'] } }],
      'vuejs-accessibility/form-control-has-label': ['error', { controlComponents: [] }],
    },
  },
  {
    // What only a browser has; a mini-program's engine does not, and the compiler cannot tell.
    files: ['miniprogram/src/**'],
    rules: {
      'no-restricted-globals': ['error', 'window', 'document', 'location', 'navigator', 'fetch', 'localStorage', 'sessionStorage', 'crypto', 'URL', 'URLSearchParams', 'FormData', 'Blob', 'AbortController', 'WebSocket', 'Intl', 'structuredClone', 'alert'],
    },
  },
  { files: ['**/*.mjs', '**/*.config.{js,ts}'], languageOptions: { globals: { ...globals.node } } },
)
