/** Two arrows that follow each other. */
export const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">' +
  '<g fill="none" stroke="#2a6fdb" stroke-width="4" stroke-linecap="round" stroke-linejoin="round">' +
  '<path d="M5 14a11 11 0 0 1 20-4"/><path d="M26 3v7h-7"/>' +
  '<path d="M27 18a11 11 0 0 1-20 4"/><path d="M6 29v-7h7"/></g></svg>';
