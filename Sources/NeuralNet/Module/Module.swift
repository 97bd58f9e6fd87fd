import TensorCore

/// A part of a network: parameters, buffers and further modules under their checkpoint names.
///
/// Wiring is immutable; `Parameter`, `Buffer` and `Counter` are the only cells that change.
public protocol Module {
    /// What the module is made of, in the order of the original's registration.
    var members: Members { get }
}

/// A module that maps one activation to the next.
public protocol Layer: Module {
    /// The forward pass.
    func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable
}

/// A member of a module.
public enum Member {
    case parameter(Parameter)
    case buffer(Buffer)
    case counter(Counter)
    case module(any Module)

    /// Modules in a row, named by their places from 0 on.
    public static func modules(_ modules: [any Module]) -> Member {
        .module(ModuleList(modules))
    }
}

/// The members of a module in registration order; an absent one is nil and leaves no trace.
public struct Members: ExpressibleByDictionaryLiteral {
    /// The names and members.
    public private(set) var entries: [(name: String, member: Member)]

    /// Members in the order written; nil stands for one the module was built without.
    public init(dictionaryLiteral elements: (String, Member?)...) {
        entries = elements.compactMap { name, member in member.map { (name, $0) } }
    }

    /// Members in the order given.
    public init(_ entries: [(name: String, member: Member)]) { self.entries = entries }
}

private struct ModuleList: Module {
    let modules: [any Module]

    init(_ modules: [any Module]) { self.modules = modules }

    var members: Members {
        Members(modules.enumerated().map { ("\($0.offset)", .module($0.element)) })
    }
}

/// A module of the tree with its full name; the root's name is empty.
public struct NamedModule {
    /// The checkpoint name, such as `backbone.layer1.0.conv1`.
    public let name: String
    /// The module.
    public let module: any Module
}

extension Module {
    /// This module and all below it, parents before children, in registration order.
    public func namedModules(prefix: String = "") -> [NamedModule] {
        var modules = [NamedModule(name: prefix, module: self)]
        for (name, member) in members.entries {
            guard case .module(let child) = member else { continue }
            modules += child.namedModules(prefix: Self.join(prefix, name))
        }
        return modules
    }

    /// Every parameter with its full name, each module's own before those of its children.
    public func namedParameters() -> [(name: String, parameter: Parameter)] {
        namedModules().flatMap { named in
            named.module.members.entries.compactMap { name, member in
                guard case .parameter(let parameter) = member else { return nil }
                return (Self.join(named.name, name), parameter)
            }
        }
    }

    static func join(_ prefix: String, _ name: String) -> String {
        prefix.isEmpty ? name : "\(prefix).\(name)"
    }
}
