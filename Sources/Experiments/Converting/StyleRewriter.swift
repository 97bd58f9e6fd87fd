import ConfigCore

/// Rewrites a config in another style, part by part.
protocol StyleRewriter {
    /// The config with its bases merged.
    var root: ConfigNode { get }
    /// The rewritten config.
    var config: ConfigNode { get set }
    /// What was renamed, dropped or means something else.
    var report: ConversionReport { get set }

    init(_ root: ConfigNode, _ options: StyleConversion.Options, _ registries: Registries) throws
    /// Goes through all parts.
    mutating func convert() throws
}

extension StyleRewriter {
    mutating func set(_ path: String..., to node: ConfigNode) {
        switch path.count {
        case 1: config = config.setting(path[0], to: node)
        case 2: config = config.setting(path[0], path[1], to: node)
        default: config = config.setting(path[0], path[1], path[2], to: node)
        }
    }

    /// Names that nothing reads have done their work once the config is read.
    mutating func dropSharedValues(except kept: String? = nil) {
        guard let keys = try? TopLevelKeys(root) else { return }
        let names = keys.shared.filter { config[$0] == nil && $0 != kept }
        if !names.isEmpty {
            report.dropped(names.joined(separator: ", "), "shared values, which nothing reads")
        }
    }
}
