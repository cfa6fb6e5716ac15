/** The one place where XML is parsed: into plain elements, in document order, nothing converted, nothing fetched. */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { Trusted } from './bytes.ts';

export interface Element {
  /** Without its namespace prefix. */
  name: string;
  attributes: Record<string, string>;
  /** Child elements and pieces of text, in order. */
  content: (Element | string)[];
}

/** Elements inside each other. An EDXL envelope with CAP in it is 12 deep; beyond this it is an attack. */
const DEPTH_MAX = 64;

/** References such as `&#21488;`: a document of 5 MB cannot hold more, and without a DOCTYPE none expands to another. */
const REFERENCES_MAX = 2_000_000;

/** Characters at either end in which the root's start tag stands, after declaration and comments, and its end tag. */
const HEAD_CHARS = 4_000;
const TAIL_CHARS = 200;

/** Written out in full: the defaults turn 11E02 into 1100, drop leading zeros and leave numeric references alone. */
export const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  attributesGroupName: false,
  textNodeName: '#text',
  removeNSPrefix: true,
  allowBooleanAttributes: false,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
  cdataPropName: false,
  commentPropName: false,
  stopNodes: [],
  unpairedTags: [],
  alwaysCreateTextNode: false,
  processEntities: {
    enabled: true,
    maxTotalExpansions: REFERENCES_MAX,
    maxExpandedLength: REFERENCES_MAX * 4,
  },
  htmlEntities: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: DEPTH_MAX,
});

/** The root element of a well-formed document without a DOCTYPE. */
export function readXml(text: string): Trusted<Element> {
  if (!/^\s*</.test(text)) return { ok: false, reason: 'not-the-format' };
  if (hasDoctype(text)) return { ok: false, reason: 'doctype' };
  // The parser alone accepts a document that was cut off.
  if (XMLValidator.validate(text) !== true)
    return { ok: false, reason: endsOpen(text) ? 'truncated' : 'malformed' };
  let nodes: unknown;
  try {
    nodes = parser.parse(text);
  } catch {
    // Too deep, too many references, or a reserved name: the parser's own refusals, all of the document as a whole.
    return { ok: false, reason: 'malformed' };
  }
  const roots = elements(nodes).filter((node) => typeof node !== 'string');
  const root = roots[0];
  if (roots.length !== 1 || !root) return { ok: false, reason: 'malformed' };
  return root.name.toLowerCase() === 'html' ? { ok: false, reason: 'html' } : { ok: true, value: root };
}

/** Outside comments and character data, where `<!DOCTYPE` is only words. One pass, however many of them are left open. */
function hasDoctype(text: string): boolean {
  let from = text.indexOf('<!');
  while (from !== -1) {
    if (/^<!doctype/i.test(text.slice(from, from + 9))) return true;
    const close = text.startsWith('<!--', from) ? '-->' : text.startsWith('<![CDATA[', from) ? ']]>' : '>';
    const end = text.indexOf(close, from);
    if (end === -1) return false;
    from = text.indexOf('<!', end);
  }
  return false;
}

/** Whether the last thing in the text is not the end tag of the first element. */
function endsOpen(text: string): boolean {
  const head = text.slice(0, HEAD_CHARS).replace(/<!--[\s\S]*?-->/g, '');
  const root = /<([A-Za-z_][^\s/>]*)/.exec(head)?.[1];
  const last = /<\/([^\s<>/]+)\s*>\s*$/.exec(text.slice(-TAIL_CHARS))?.[1];
  return root === undefined || last !== root;
}

function elements(nodes: unknown): (Element | string)[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.map((node: Record<string, unknown>) => {
    const name = Object.keys(node).find((key) => key !== ':@') ?? '#text';
    if (name === '#text') return String(node[name]);
    return { name, attributes: (node[':@'] ?? {}) as Record<string, string>, content: elements(node[name]) };
  });
}

export function children(element: Element, name?: string): Element[] {
  return element.content.filter(
    (each): each is Element => typeof each !== 'string' && (!name || each.name === name),
  );
}

export function child(element: Element | undefined, name: string): Element | undefined {
  return element && children(element, name)[0];
}

/** All the text inside, that of inner elements set off by spaces; empty for an element that is not there. */
export function textOf(element: Element | undefined): string {
  if (!element) return '';
  const parts = element.content.map((each) => (typeof each === 'string' ? each : ` ${textOf(each)} `));
  return parts.join('').replace(/ {2,}/g, ' ').trim();
}

export function childText(element: Element | undefined, name: string): string {
  return textOf(child(element, name));
}

/** The element as text again, for people who look at what could not be read. */
export function markup(element: Element): string {
  const attributes = Object.entries(element.attributes).map(([name, value]) => ` ${name}="${value}"`);
  const content = element.content.map((each) => (typeof each === 'string' ? each : markup(each)));
  return `<${element.name}${attributes.join('')}>${content.join('')}</${element.name}>`;
}

/** The first element called `name` in each branch, however deep: what an envelope carries. */
export function descendants(element: Element, name: string): Element[] {
  return children(element).flatMap((each) => (each.name === name ? [each] : descendants(each, name)));
}
