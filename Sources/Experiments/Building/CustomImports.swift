package import ConfigCore

/// The Python modules that a config's `custom_imports` names; nothing is imported.
///
/// Source: `import_modules_from_strings` of MMCV.
package enum CustomImports {
    /// The packages whose components are this program's own.
    private static let packages: Set<Substring> = ["mmcv", "mmcls", "mmengine", "mmpretrain"]

    /// Looks for modules whose components nobody registered.
    ///
    /// Errors: throws `ConfigError` for such modules, unless `allow_failed_imports` is set.
    ///
    /// - Returns: What the user should know: the modules that are missing and may be.
    package static func check(_ root: ConfigNode, _ registries: Registries) throws -> [String] {
        guard let config = root["custom_imports"], !config.isNull else { return [] }
        return try config.decode(at: "custom_imports") { reader in
            let mayFail = try reader.value("allow_failed_imports", default: false)
            guard let imports = reader.node("imports"), !imports.isNull else { return [] }
            let names =
                try imports.string.map { [$0] }
                ?? [String](config: imports, at: reader.path(to: "imports"))
            let missing = names.filter { !$0.isEmpty && !isProvided($0, registries) }
            guard let first = missing.first else { return [] }
            let error = reader.failure(
                "imports",
                "nothing here brings the components of the Python module\(missing.count == 1 ? "" : "s") "
                    + missing.joined(separator: ", "),
                remedy: "write them in Swift and call registries.provide(\"\(first)\"), as "
                    + "README.md shows under \"Components of your own\"")
            guard mayFail else { throw error }
            return error.issues.map(\.message)
        }
    }

    /// A module is provided with the package it is in.
    private static func isProvided(_ module: String, _ registries: Registries) -> Bool {
        let parts = module.split(separator: ".")
        if let package = parts.first, packages.contains(package) { return true }
        return parts.indices.contains { last in
            registries.providedModules.contains(parts[...last].joined(separator: "."))
        }
    }
}
