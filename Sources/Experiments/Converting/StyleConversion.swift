public import ConfigCore

/// A config rewritten in the other style, with what there is to know about it.
public struct StyleConversion: Sendable {
    /// What to do where the styles do not agree.
    public struct Options: Sendable {
        /// Whether a schedule may become the nearest one.
        public var allowsApproximate: Bool
        /// The iterations of an epoch, where the data to count them is not here.
        public var epochLength: Int?

        /// Exact schedules only, and an epoch's length from the data.
        public init(allowsApproximate: Bool = false, epochLength: Int? = nil) {
            self.allowsApproximate = allowsApproximate
            self.epochLength = epochLength
        }
    }

    /// The rewritten config.
    public let config: ConfigNode
    /// What was renamed, dropped or means something else.
    public let report: ConversionReport

    /// Rewrites a config whose bases are merged already; one in the wanted style stays as it is.
    ///
    /// Errors: throws `ConfigError` for what has no counterpart and would train another model.
    public init(
        _ root: ConfigNode, to style: ConfigStyle, _ options: Options, _ registries: Registries
    ) throws {
        guard try ConfigStyle(root) != style else {
            (config, report) = (root, ConversionReport())
            return
        }
        let type: any StyleRewriter.Type =
            style == .new ? LegacyToNewStyle.self : NewStyleToLegacy.self
        var rewriter = try type.init(root, options, registries)
        try rewriter.convert()
        (config, report) = (rewriter.config, rewriter.report)
    }
}

extension ConfigNode {
    /// A mapping without entries.
    static var emptyMapping: ConfigNode { ConfigNode(.mapping(ConfigMapping())) }

    /// The value unless it is `None`.
    var unlessNull: ConfigNode? { isNull ? .none : .some(self) }
}
