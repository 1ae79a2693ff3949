import ts from 'typescript';
import { read, resolved } from './sources.ts';

/**
 * Who uses whom, declaration by declaration: a node is `file#name`, its edges are the names that stand in it as values.
 * Names in types do not count, nor do calls through what is handed in (`engine.start`). A `.vue` file is one node.
 */
export type Calls = ReadonlyMap<string, Declaration>;

/** What stands in a declaration: the nodes it uses, and its words. */
type Declaration = { readonly uses: ReadonlySet<string>; readonly text: string };

/** What a file offers when all of it is meant: an import for its effect, or a page that is loaded later. */
const ALL = '*';

export function callsOf(files: readonly string[]): Calls {
  const calls = new Map<string, Declaration>();
  for (const file of files) {
    const declared = declarationsOf(file);
    for (const [node, declaration] of declared) calls.set(node, declaration);
    calls.set(`${file}#${ALL}`, { uses: new Set(declared.keys()), text: '' });
  }
  return calls;
}

/** All that is used, directly or further on, by what stands in some files or nodes. */
export function reachedFrom(calls: Calls, starts: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const todo = starts.map((start) => (start.includes('#') ? start : `${start}#${ALL}`));
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    if (reached.has(node)) continue;
    reached.add(node);
    todo.push(...(calls.get(node)?.uses ?? []));
  }
  return reached;
}

function declarationsOf(file: string): Map<string, Declaration> {
  const isVue = file.endsWith('.vue');
  const text = isVue ? scriptOf(read(file)) : read(file);
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const known = new Map<string, string>();
  for (const statement of source.statements) {
    for (const [name, target] of namesOfImport(file, statement)) known.set(name, target);
    for (const name of declaredIn(statement)) known.set(name, `${file}#${name}`);
  }
  // In a template a component's name is all there is, so a page uses whatever it imports.
  if (isVue) {
    const uses = source.statements.flatMap((statement) => [...valuesIn(file, statement, known)]);
    return new Map([[`${file}#default`, { uses: new Set([...uses, ...known.values()]), text: read(file) }]]);
  }
  const declarations = new Map<string, { uses: Set<string>; text: string }>();
  for (const statement of source.statements) {
    const names = declaredIn(statement);
    for (const name of names.length > 0 ? names : ['']) {
      const before = declarations.get(`${file}#${name}`);
      declarations.set(`${file}#${name}`, {
        uses: new Set([...(before?.uses ?? []), ...valuesIn(file, statement, known)]),
        text: `${before?.text ?? ''}${statement.getText(source)}`,
      });
    }
  }
  return declarations;
}

const scriptOf = (vue: string): string =>
  [...vue.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, script]) => script).join('\n');

/** The local names of an import with the node each stands for; none where only types are imported. */
function namesOfImport(file: string, statement: ts.Statement): [string, string][] {
  if (!ts.isImportDeclaration(statement) || statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword)
    return [];
  const from = resolved(file, (statement.moduleSpecifier as ts.StringLiteral).text);
  const { name, namedBindings } = statement.importClause ?? {};
  const names: [string, string][] = name ? [[name.text, `${from}#default`]] : [];
  if (namedBindings && ts.isNamespaceImport(namedBindings)) names.push([namedBindings.name.text, `${from}#${ALL}`]);
  if (namedBindings && ts.isNamedImports(namedBindings))
    for (const { isTypeOnly, name: local, propertyName } of namedBindings.elements)
      if (!isTypeOnly) names.push([local.text, `${from}#${(propertyName ?? local).text}`]);
  return names;
}

function declaredIn(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => boundBy(name));
  if (ts.isExportAssignment(statement)) return ['default'];
  if (!ts.isFunctionDeclaration(statement) && !ts.isClassDeclaration(statement)) return [];
  const isDefault = statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
  return [...(isDefault ? ['default'] : []), ...(statement.name ? [statement.name.text] : [])];
}

const boundBy = (name: ts.BindingName): string[] =>
  ts.isIdentifier(name)
    ? [name.text]
    : name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : boundBy(element.name)));

/** The nodes whose names stand in a statement as values, and the files it loads or passes on. */
function valuesIn(file: string, statement: ts.Statement, known: ReadonlyMap<string, string>): Set<string> {
  const found = new Set<string>();
  function visit(node: ts.Node): void {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isImportDeclaration(node)) {
      if (!node.importClause) found.add(`${resolved(file, (node.moduleSpecifier as ts.StringLiteral).text)}#${ALL}`);
      return;
    }
    if (ts.isExportDeclaration(node) && node.moduleSpecifier && !node.isTypeOnly)
      found.add(`${resolved(file, (node.moduleSpecifier as ts.StringLiteral).text)}#${ALL}`);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      if (specifier && ts.isStringLiteral(specifier)) found.add(`${resolved(file, specifier.text)}#${ALL}`);
    }
    if (ts.isPropertyAccessExpression(node)) return visit(node.expression);
    if (ts.isIdentifier(node) && known.has(node.text)) found.add(known.get(node.text)!);
    ts.forEachChild(node, visit);
  }
  visit(statement);
  return found;
}
