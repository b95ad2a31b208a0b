import chromium from '@sparticuz/chromium';

/**
 * Unpacks the browser that comes inside the npm package into the temporary
 * folder of this process. A process of its own, because the package takes what
 * it finds there already, whoever put it there.
 */
await chromium.executablePath();
