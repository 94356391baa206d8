/**
 * XML as a stream of whole elements: the caller names the element it wants, and gets each as a small tree when its end
 * tag comes. Names are local (`acs:ItemID` is `ItemID`). Bounded, and with no document type: an entity that a file
 * declares itself is an error, so nothing in it can grow (XML 1.0, section 4.4).
 */
import { SaxesParser } from 'saxes';

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Of this element alone, trimmed. */
  readonly text: string;
}

/** Elements of one tree; a receipt of five hundred lines has some twenty thousand. */
const elementsMax = 50_000;
const depthMax = 40;
const textLengthMax = 4_096;

/** `line` and `column` count from 1. Trees before the fault have been handed out. */
export type XmlEnding =
  | { readonly kind: 'whole' }
  | { readonly kind: 'broken'; readonly line: number; readonly column: number; readonly detail: string };

/** What is wrong with the file; anything else that is thrown is a fault of ours. */
class XmlFault extends Error {}

interface Growing extends XmlElement {
  readonly children: Growing[];
  text: string;
}

export function eachElement(xml: string, wanted: string, onElement: (element: XmlElement) => void): XmlEnding {
  const parser = new SaxesParser();
  const open: Growing[] = [];
  let depth = 0;
  let count = 0;
  const stop = (detail: string): never => {
    throw new XmlFault(detail);
  };
  parser.on('doctype', () => stop('has a document type; leave it out'));
  parser.on('error', (error) => stop(error.message.replace(/^\S*?\d+:\d+: /, '')));
  parser.on('opentag', ({ name, attributes }) => {
    depth += 1;
    if (depth > depthMax) stop(`is nested more than ${depthMax} deep`);
    const local = localName(name);
    const parent = open.at(-1);
    if (!parent && local !== wanted) return;
    if (!parent) count = 0;
    count += 1;
    if (count > elementsMax) stop(`has a ${wanted} of more than ${elementsMax} elements`);
    const element: Growing = { name: local, attributes: localNames(attributes), children: [], text: '' };
    parent?.children.push(element);
    open.push(element);
  });
  const addText = (text: string): void => {
    const element = open.at(-1);
    if (!element) return;
    element.text += text;
    if (element.text.length > textLengthMax) stop(`has more than ${textLengthMax} characters in ${element.name}`);
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    depth -= 1;
    const element = open.pop();
    if (!element) return;
    element.text = element.text.trim();
    if (open.length === 0) onElement(element);
  });
  try {
    parser.write(xml).close();
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error;
    return { kind: 'broken', line: parser.line, column: parser.columnIndex + 1, detail: error.message };
  }
  return { kind: 'whole' };
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function localNames(attributes: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [localName(name), String(value)]));
}

export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

export function childOf(element: XmlElement, name: string): XmlElement | null {
  return element.children.find((child) => child.name === name) ?? null;
}

/** Text of a child, by path: textOf(line, 'POSIdentity', 'POSItemID'). Null where it is missing or empty. */
export function textOf(element: XmlElement, ...path: readonly string[]): string | null {
  let at: XmlElement | null = element;
  for (const name of path) at = at === null ? null : childOf(at, name);
  return at === null || at.text === '' ? null : at.text;
}
