package import NeuralNet
import TensorCore

/// Says which parameters, buffers and counters a model holds without naming them in `members`.
///
/// `members` is written by hand, so that names and order are plain to see; reflection is for this
/// check alone. Returns nil where everything is named.
package func undeclaredMembers(of model: any Module) -> String? {
    var declared: Set<ObjectIdentifier> = []
    for named in model.namedModules() {
        for (_, member) in named.module.members.entries {
            switch member {
            case .parameter(let cell): declared.insert(ObjectIdentifier(cell))
            case .buffer(let cell): declared.insert(ObjectIdentifier(cell))
            case .counter(let cell): declared.insert(ObjectIdentifier(cell))
            case .module: break
            }
        }
    }
    var walk = MemberWalk()
    walk.visit(model, path: "\(type(of: model))")
    let missing = walk.cells.filter { !declared.contains($0.identity) }.map(\.path)
    return missing.isEmpty
        ? nil : "held but not among the members: \(missing.joined(separator: ", "))"
}

private struct MemberWalk {
    var cells: [(path: String, identity: ObjectIdentifier)] = []
    private var visited: Set<ObjectIdentifier> = []

    mutating func visit(_ value: Any, path: String) {
        if value is Device || value is Tensor || value is TorchGenerator { return }
        let mirror = Mirror(reflecting: value)
        if mirror.displayStyle == .class {
            let object = value as AnyObject
            guard visited.insert(ObjectIdentifier(object)).inserted else { return }
            if object is Parameter || object is Buffer || object is Counter {
                cells.append((path, ObjectIdentifier(object)))
                return
            }
        }
        var level: Mirror? = mirror
        while let current = level {
            for (place, child) in current.children.enumerated() {
                let name = child.label ?? "\(place)"
                visit(
                    child.value, path: mirror.displayStyle == .optional ? path : "\(path).\(name)")
            }
            level = current.superclassMirror
        }
    }
}
