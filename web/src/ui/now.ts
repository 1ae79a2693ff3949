import { ref } from 'vue';

/** The server's present, kept by the session and moved on every half minute: lateness never depends on the device's clock. */
export const now = ref(Date.now());
let offset = 0;

/** Sets the difference between the server's clock and the device's. */
export function setServerTime(instant: string): void {
  offset = Date.parse(instant) - Date.now();
  now.value = Date.now() + offset;
}

/** Starts the clock of the page. */
export function startClock(): void {
  setInterval(() => (now.value = Date.now() + offset), 30_000);
}
