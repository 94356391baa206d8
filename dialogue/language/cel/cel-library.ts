/** The CEL library behind one file. Its main module must be loaded before its serializer: the two import each other. */
export { type ASTNode, Environment, ParseError, type ParseResult } from '@marcbachmann/cel-js';
export { serialize } from '@marcbachmann/cel-js/serialize';
