/// Builds components from configs by the name under `type`.
public struct Registry<Product>: Sendable {
    /// Makes a component from the keys of its config; keys it does not read are an error.
    public typealias Factory = @Sendable (inout ConfigReader, BuildContext) throws -> Product

    /// What the components are, as messages say it: `hook`, `transform`.
    public let name: String
    private var factories: [String: Factory] = [:]

    /// Makes an empty registry of components that messages call `name`.
    public init(_ name: String) { self.name = name }

    /// The registered names, in alphabetical order.
    public var names: [String] { factories.keys.sorted() }

    /// The packages whose names for components are ours: `mmcls.ResNet` is `ResNet`.
    private static var scopes: Set<Substring> {
        ["mmcls", "mmpretrain", "mmcv", "mmengine", "torch"]
    }

    /// Whether a component is registered, with or without its scope (`mmcls.ResNet` is `ResNet`).
    public func contains(_ name: String) -> Bool { factory(named: name) != nil }

    /// Adds a component.
    ///
    /// Errors: traps on a name that is taken, unless `force` says to replace it.
    public mutating func register(
        _ component: String, force: Bool = false, _ make: @escaping Factory
    ) {
        if !force, factories[component] != nil {
            fatalError(
                "\(component) is already registered as a \(name); pass force: true to replace it")
        }
        factories[component] = make
    }

    /// Adds a component under several names.
    ///
    /// Errors: traps on a name that is taken, unless `force` says to replace it.
    public mutating func register(
        _ names: [String], force: Bool = false, _ make: @escaping Factory
    ) {
        for name in names { register(name, force: force, make) }
    }

    /// Builds the component that a mapping describes.
    ///
    /// - Parameters:
    ///   - node: A mapping with the component's name under `type`.
    ///   - path: The way to the mapping, for messages.
    ///   - context: What the factory may ask for.
    /// - Returns: The component.
    /// - Throws: `ConfigError` for a bad config; whatever the factory throws.
    public func build(_ node: ConfigNode, at path: String, _ context: BuildContext) throws
        -> Product
    {
        try build(node, at: path, typeIfAbsent: nil, context)
    }

    /// Builds the component that a mapping describes, of type `defaultType` where the mapping names
    /// none.
    public func build(
        _ node: ConfigNode, at path: String, defaultType: String, _ context: BuildContext
    ) throws -> Product {
        try build(node, at: path, typeIfAbsent: defaultType, context)
    }

    private func build(
        _ node: ConfigNode, at path: String, typeIfAbsent: String?, _ context: BuildContext
    ) throws -> Product {
        if let written = node.string {
            throw ConfigError(
                at: node, path: path, expected: "a mapping with \"type\"",
                remedy: "write {\"type\": \"\(written)\"}")
        }
        return try node.decode(at: path) { reader in
            let written = try typeIfAbsent.map { try reader.value("type", default: $0) }
            let type = try written ?? reader.required("type")
            guard let make = factory(named: type) else {
                throw reader.failure(
                    "type", "\"\(type)\" is not a known \(name)", remedy: remedy(for: type))
            }
            return try make(&reader, context)
        }
    }

    private func factory(named written: String) -> Factory? {
        if let factory = factories[written] { return factory }
        // Another package's component of the same name is another component.
        guard let scope = written.split(separator: ".").first, Self.scopes.contains(scope) else {
            return nil
        }
        return factories[Self.withoutScope(written)]
    }

    /// A name without the package it is from: `torch.optim.Adam` is `Adam`.
    package static func withoutScope(_ written: String) -> String {
        written.split(separator: ".").last.map(String.init) ?? written
    }

    private func remedy(for written: String) -> String? {
        let bare = Self.withoutScope(written)
        let meant = factories[bare] == nil ? Spelling.suggestion(for: bare, among: names) : bare
        if let meant { return "did you mean \"\(meant)\"?" }
        return names.isEmpty ? nil : "known: \(names.joined(separator: ", "))"
    }
}
