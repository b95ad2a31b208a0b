/**
 * The parts of jsforce that the service uses. A module of its own, because
 * `import()` of a CommonJS package loses its named exports in a bundle that is
 * split into files; `import()` of this one does not.
 */
export { Connection } from 'jsforce/lib/connection.js';
export { setDefaults } from 'jsforce/lib/request.js';
export { SOAP } from 'jsforce/lib/soap.js';
