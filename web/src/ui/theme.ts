import { ref, watch } from 'vue';

export type Theme = 'system' | 'light' | 'dark';
const STORED = 'e-kinerja/theme';

/** The chosen look of this device; `system` follows the device's own setting. */
export const theme = ref<Theme>(read());

/** Shows the chosen look and keeps it. Called once at start. */
export function startTheme(): void {
  watch(
    theme,
    (choice) => {
      if (choice === 'system') delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = choice;
      try {
        localStorage.setItem(STORED, choice);
      } catch {
        // Storage can be switched off; the choice then lasts for this page.
      }
    },
    { immediate: true },
  );
}

function read(): Theme {
  try {
    const stored = localStorage.getItem(STORED);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system';
  }
}
