// See ../bundle.ts: gets the module without reading every one of its exports.
module.exports = process.getBuiltinModule('node:http');
