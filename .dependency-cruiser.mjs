import { importRules } from './test/guards/house.ts'

/** The import rules stand in test/guards/house.ts as one ordered list; this file only hands them over. */
export default {
  forbidden: importRules(),
  options: {
    doNotFollow: { path: '(^|/)node_modules/' },
    exclude: { path: '^(web/dist|test/output|\\.fourbeams)/' },
    // Type-only imports are imports too: without this they would cross any wall unseen.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
}
