/** The one place where XML is parsed: into plain elements, in document order, nothing converted, nothing fetched. */
import { XMLParser } from 'fast-xml-parser';
import type { Broken, Trusted } from './bytes.ts';

export interface Element {
  /** Without its namespace prefix. */
  name: string;
  attributes: Record<string, string>;
  /** Child elements and pieces of text, in order. */
  content: (Element | string)[];
}

/** What the parser calls them, beside the element's own name. */
const ATTRIBUTES = ':@';
const NO_ATTRIBUTES: Element['attributes'] = Object.freeze({});

/** Elements inside each other. An EDXL envelope with CAP in it is 12 deep; beyond this it is an attack. */
const DEPTH_MAX = 64;

/** References such as `&#21488;`: a document of 5 MB cannot hold more, and without a DOCTYPE none expands to another. */
const REFERENCES_MAX = 2_000_000;

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
  const fault = faultIn(text);
  if (fault !== null) return { ok: false, reason: fault };
  let nodes: unknown[];
  try {
    nodes = parser.parse(text);
  } catch {
    // Too deep, too many references, or a reserved name: the parser's own refusals, all of the document as a whole.
    return { ok: false, reason: 'malformed' };
  }
  const [root, ...more] = elements(nodes);
  if (root === undefined || typeof root === 'string' || more.length > 0)
    return { ok: false, reason: 'malformed' };
  return root.name.toLowerCase() === 'html' ? { ok: false, reason: 'html' } : { ok: true, value: root };
}

const NAME = /[\p{L}_][^\s<>"'/=]*/uy;

/** Most tags. */
const PLAIN_TAG = /<\/?[A-Za-z_][\w:.-]*>/y;

/** What ends the markup that is no tag. */
const ENDS: [start: string, end: string][] = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
];

/**
 * Whether the tags close what they open. The parser alone takes a document that was cut off for a whole one, and its
 * own validator needs a third of its time. One pass, whatever is left open.
 */
function faultIn(text: string): Broken | null {
  const open: string[] = [];
  let end = 0;
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', end)) {
    const closes = text[at + 1] === '/';
    const start = at + (closes ? 2 : 1);
    let name: string | undefined;
    PLAIN_TAG.lastIndex = at;
    if (PLAIN_TAG.test(text)) {
      end = PLAIN_TAG.lastIndex - 1;
      name = text.slice(start, end);
    } else {
      const isTag = text[at + 1] !== '!' && text[at + 1] !== '?';
      const other = isTag ? undefined : ENDS.find(([opens]) => text.startsWith(opens, at));
      if (!isTag && !other) return 'doctype';
      end = other ? text.indexOf(other[1], at + other[0].length) : endOfTag(text, at);
      if (end === -1) return 'truncated';
      if (other) continue;
      NAME.lastIndex = start;
      name = NAME.exec(text)?.[0];
      if (name === undefined || text[end] !== '>') return 'malformed';
    }
    if (closes && open.pop() !== name) return 'malformed';
    if (!closes && text[end - 1] !== '/') open.push(name);
  }
  return open.length === 0 ? null : 'truncated';
}

/** Where the tag ends: at the first `>` outside quotes, or at a `<` that has no place in it; -1 if nowhere. */
function endOfTag(text: string, start: number): number {
  let quote = '';
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text[at]!;
    if (quote === '' ? character === '>' || character === '<' : character === quote) {
      if (quote === '') return at;
      quote = '';
    } else if (quote === '' && (character === '"' || character === "'")) quote = character;
  }
  return -1;
}

/** The parser's nodes become ours in their own arrays: what is large is not held twice. */
function elements(nodes: unknown[]): (Element | string)[] {
  for (let place = 0; place < nodes.length; place += 1) {
    nodes[place] = elementOf(nodes[place] as Record<string, unknown>);
  }
  return nodes as (Element | string)[];
}

function elementOf(node: Record<string, unknown>): Element | string {
  // Attributes stand second; an element that is called as they are is nothing.
  const [name = ATTRIBUTES, attributes] = Object.keys(node);
  if (name === '#text') return String(node[name]).toWellFormed();
  if (name === ATTRIBUTES) return '';
  return {
    name,
    attributes: attributes === undefined ? NO_ATTRIBUTES : (node[attributes] as Element['attributes']),
    content: elements(node[name] as unknown[]),
  };
}

export function children(element: Element, name?: string): Element[] {
  return element.content.filter(
    (each): each is Element => typeof each !== 'string' && (!name || each.name === name),
  );
}

export function child(element: Element | undefined, name: string): Element | undefined {
  return element?.content.find((each): each is Element => typeof each !== 'string' && each.name === name);
}

/** All the text inside, that of inner elements set off by spaces; empty for an element that is not there. */
export function textOf(element: Element | undefined): string {
  let text = '';
  for (const each of element?.content ?? []) text += typeof each === 'string' ? each : ` ${textOf(each)} `;
  return (text.includes('  ') ? text.replace(/ {2,}/g, ' ') : text).trim();
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
