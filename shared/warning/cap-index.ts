/** What CAP comes in: a document itself, `<alerts>`, an RSS or Atom index that holds or points to documents, EDXL-DE. */
import { issue } from '../outcome.ts';
import { decode } from './bytes.ts';
import { readCap } from './cap.ts';
import { timeField } from './compose.ts';
import { admit, type Context, type Format, type Reading, setAside } from './reading.ts';
import { children, childText, descendants, type Element, markup, readXml, textOf } from './xml.ts';

export const readCapFeed: Format = (text, reading, context) => {
  const xml = readXml(text);
  if (!xml.ok) return xml.reason;
  const root = xml.value;
  if (takeRoot(reading, root)) return null;
  if (root.name === 'feed') {
    takeIndex(reading, children(root, 'entry'), '/feed/entry', context);
    return null;
  }
  if (root.name === 'rss' || root.name === 'RDF') {
    takeIndex(reading, descendants(root, 'item'), `/${root.name}/item`, context);
    return null;
  }
  return 'not-the-format';
};

/** The documents that the root is or envelops; false where it is neither. */
export function takeRoot(reading: Reading, root: Element, feed?: 'cn-national'): boolean {
  if (root.name === 'alert') takeDocuments(reading, [root], '', feed);
  else if (root.name !== 'alerts' && root.name !== 'EDXLDistribution') return false;
  else takeDocuments(reading, descendants(root, 'alert'), `/${root.name}`, feed);
  return true;
}

function takeDocuments(reading: Reading, documents: Element[], path: string, feed?: 'cn-national'): void {
  for (const [index, document] of documents.entries()) {
    const place = documents.length === 1 ? `${path}/alert` : `${path}/alert[${index + 1}]`;
    admit(reading, () => markup(document), place, readCap(document, place, feed));
  }
}

function takeIndex(reading: Reading, items: Element[], name: string, context: Context): void {
  for (const [index, item] of items.entries()) {
    const path = `${name}[${index + 1}]`;
    const inside = documentsIn(item);
    if (inside.length > 0) {
      takeDocuments(reading, inside, path);
      continue;
    }
    const link = linkOf(item);
    if (link === '') {
      const why = issue(path, 'link-missing', 'the entry neither holds nor points to a document');
      setAside(reading, why, markup(item));
      continue;
    }
    const bytes = context.document?.(link);
    if (bytes) {
      takeFetched(reading, bytes, path);
      continue;
    }
    const where = { path, issues: reading.issues };
    const updated = childText(item, 'updated') || childText(item, 'pubDate');
    reading.entries.push({
      id: childText(item, 'guid') || childText(item, 'id') || link,
      link,
      updatedAt: timeField(where, 'updated', updated),
    });
  }
}

/** Documents inside an entry, as elements or as escaped text. */
function documentsIn(item: Element): Element[] {
  const elements = descendants(item, 'alert');
  if (elements.length > 0) return elements;
  const content = children(item)
    .map(textOf)
    .find((text) => /^<(?:\?xml|[\w-]+:alert|alert)\b/.test(text));
  const xml = content === undefined ? null : readXml(content);
  return xml?.ok && xml.value.name === 'alert' ? [xml.value] : [];
}

/** A document that an index pointed to. Whatever is wrong with it concerns this entry alone. */
function takeFetched(reading: Reading, bytes: Uint8Array, path: string): void {
  const text = decode(bytes);
  const xml = text.ok ? readXml(text.value) : text;
  if (xml.ok && xml.value.name === 'alert') {
    takeDocuments(reading, [xml.value], path);
    return;
  }
  const reason = xml.ok ? 'not-the-format' : xml.reason;
  setAside(
    reading,
    issue(path, 'document-unreadable', `the document cannot be trusted: ${reason}`),
    text.ok ? text.value : '',
  );
}

/** The link to the CAP document: by its type, else the one that is no page, else the only one. */
function linkOf(item: Element): string {
  const links = children(item, 'link').map((link) => ({
    href: (link.attributes.href ?? textOf(link)).trim(),
    type: link.attributes.type ?? '',
    rel: link.attributes.rel ?? '',
  }));
  const found =
    links.find(({ type }) => /cap\+xml|common-alerting-protocol/i.test(type)) ??
    links.find(({ type, rel }) => !/html/i.test(type) && rel !== 'self') ??
    links[0];
  return found?.href ?? '';
}
