/// <reference types="vite/client" />

declare module '@tabler/icons-vue/dist/esm/icons/*.mjs' {
  import type { FunctionalComponent, SVGAttributes } from 'vue';
  const icon: FunctionalComponent<SVGAttributes & { size?: number | string; title?: string }>;
  export default icon;
}
