import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { ApiError } from './api-error.ts';
import type { SalesforceSettings } from './settings.ts';

/** A SOAP call: the operation in the body, its arguments, and the session of the header. */
export interface SoapCall {
  readonly operation: string;
  readonly args: ReadonlyMap<string, string>;
  readonly sessionId: string | undefined;
  /** `CallOptions/client`, the name that a client gives itself. */
  readonly client: string | undefined;
}

interface Element {
  readonly name: string;
  readonly children: readonly Element[];
  readonly text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

// Entities are decoded here in one pass: text keeps its blanks, and CDATA stays as it is.
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: false,
  processEntities: false,
  ignoreDeclaration: true,
  cdataPropName: '#cdata',
});

/** Reads an envelope; `undefined` when it is not one. A document type is never accepted. */
export function parseEnvelope(xml: string): SoapCall | undefined {
  if (/<!DOCTYPE/i.test(xml) || XMLValidator.validate(xml) !== true) return undefined;
  const roots = elements(parser.parse(xml) as unknown);
  const envelope = roots.find((root) => root.name === 'Envelope');
  const operation = child(envelope, 'Body')?.children[0];
  if (operation === undefined) return undefined;
  const header = child(envelope, 'Header');
  return {
    operation: operation.name,
    args: new Map(operation.children.map((argument) => [argument.name, argument.text])),
    sessionId: child(child(header, 'SessionHeader'), 'sessionId')?.text,
    client: child(child(header, 'CallOptions'), 'client')?.text,
  };
}

/** The answer to an operation; `content` is XML already. */
export function soapAnswer(operation: string, content: string): string {
  return envelope(`<${operation}Response>${content}</${operation}Response>`);
}

/** A fault with a Salesforce exception code, and the code once more in its detail. */
export function soapFault(
  error: ApiError,
  type: 'LoginFault' | 'UnexpectedErrorFault',
  prefix: SalesforceSettings['faultCodePrefix'],
): string {
  const { code } = error;
  const faultCode = prefix === 'bare' ? code : `${prefix}:${code}`;
  const message = escapeXml(error.message);
  return envelope(
    `<soapenv:Fault><faultcode>${faultCode}</faultcode>` +
      `<faultstring>${code}: ${message}</faultstring>` +
      `<detail><sf:${type} xsi:type="sf:${type}"><sf:exceptionCode>${code}</sf:exceptionCode>` +
      `<sf:exceptionMessage>${message}</sf:exceptionMessage></sf:${type}></detail></soapenv:Fault>`,
    ' xmlns:sf="urn:fault.partner.soap.sforce.com" xmlns:ns1="urn:fault.partner.soap.sforce.com"',
  );
}

/** A fault of the protocol: no envelope, or an operation that does not exist. */
export function clientFault(text: string): string {
  return envelope(
    `<soapenv:Fault><faultcode>soapenv:Client</faultcode><faultstring>${escapeXml(text)}</faultstring>` +
      '</soapenv:Fault>',
  );
}

/** One element with text. */
export function element(name: string, value: string | number | boolean): string {
  return `<${name}>${escapeXml(String(value))}</${name}>`;
}

export function nil(name: string): string {
  return `<${name} xsi:nil="true"/>`;
}

function escapeXml(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&apos;');
}

function envelope(body: string, namespaces = ' xmlns="urn:partner.soap.sforce.com"'): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"${namespaces}` +
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
    `<soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`
  );
}

function child(parent: Element | undefined, name: string): Element | undefined {
  return parent?.children.find((candidate) => candidate.name === name);
}

/** The parser's ordered form: a list of objects with one key each, the element's name. */
function elements(nodes: unknown): Element[] {
  if (!Array.isArray(nodes)) return [];
  return (nodes as Record<string, unknown>[]).flatMap((node) => {
    const [name] = Object.keys(node).filter((key) => key !== ':@');
    if (name === undefined || name.startsWith('#')) return [];
    return [{ name, children: elements(node[name]), text: textOf(node[name]) }];
  });
}

function textOf(nodes: unknown): string {
  if (!Array.isArray(nodes)) return '';
  const pieces = (nodes as Record<string, unknown>[]).map((node) => {
    if ('#text' in node) return decode(String(node['#text']));
    return '#cdata' in node ? plainText(node['#cdata']) : '';
  });
  return pieces.join('');
}

function plainText(nodes: unknown): string {
  const list = Array.isArray(nodes) ? (nodes as Record<string, unknown>[]) : [];
  return list.map((node) => String(node['#text'] ?? '')).join('');
}

function decode(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
