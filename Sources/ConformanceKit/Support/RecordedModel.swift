internal import ConfigCore
internal import NeuralNet
internal import TensorCore

/// A model put together from a recorded list of modules and their parameters.
struct RecordedModel {
    let root: any Module
    /// The full names of each parameter; a shared one has several.
    let names: [ObjectIdentifier: [String]]

    /// Puts the model together.
    ///
    /// - Parameters:
    ///   - modules: Modules in the order of `named_modules()`, each with its own parameters.
    ///   - device: Where the parameters live.
    ///   - sharesWeights: Whether all parameters called `weight` are one.
    /// - Throws: `MalformedCase` where the list is of another form.
    init(_ modules: ConfigNode, _ device: Device, sharesWeights: Bool) throws {
        var builder = Builder(
            parts: try modules.elements().map { (try $0.field("name").text(), $0) },
            device: device, sharesWeights: sharesWeights)
        guard let first = builder.parts.first, first.name.isEmpty else {
            throw MalformedCase("the first module is not the root")
        }
        root = try builder.module(first.name, first.node)
        var names: [ObjectIdentifier: [String]] = [:]
        for (name, parameter) in root.namedParameters() {
            names[ObjectIdentifier(parameter), default: []].append(name)
        }
        self.names = names
    }

    /// A module of a kind that rules do not tell from others.
    private struct Container: Module {
        let members: Members
    }

    private struct Builder {
        let parts: [(name: String, node: ConfigNode)]
        let device: Device
        let sharesWeights: Bool
        private var shared: Parameter?

        init(parts: [(name: String, node: ConfigNode)], device: Device, sharesWeights: Bool) {
            self.parts = parts
            self.device = device
            self.sharesWeights = sharesWeights
        }

        mutating func module(_ name: String, _ node: ConfigNode) throws -> any Module {
            let parameters = try node.field("params").elements().map { try $0.elements() }
            guard parameters.allSatisfy({ $0.count == 3 }) else {
                throw MalformedCase(
                    "\(name): a parameter is a name, a shape and whether it is trained")
            }
            let module = try layer(node, parameters) ?? container(name, parameters)
            let own = Dictionary(module.namedParameters()) { first, _ in first }
            for parameter in parameters {
                own[try parameter[0].text()]?.requiresGradient = try parameter[2].flag()
            }
            return module
        }

        /// A layer of ours, where rules look at the kind.
        private func layer(_ node: ConfigNode, _ parameters: [[ConfigNode]]) throws -> (any Module)?
        {
            let type = try node.field("type").text()
            let shape = try parameters.first?[1].integers()
            if type == "Conv2d", let shape, shape.count == 4 {
                return try Conv2d(
                    node.field("in_channels").integer(), shape[0],
                    Window(kernel: (shape[2], shape[3])), groups: node.field("groups").integer(),
                    bias: parameters.count > 1, device: device, generator: TorchGenerator(seed: 0))
            }
            // Rules treat all normalisations alike, so that the one we have stands for the others.
            if type.contains("Norm") {
                return try BatchNorm2d(shape?[0] ?? 1, affine: shape != nil, device: device)
            }
            return nil
        }

        private mutating func container(_ name: String, _ parameters: [[ConfigNode]]) throws
            -> any Module
        {
            var entries: [(name: String, member: Member)] = []
            for parameter in parameters {
                let name = try parameter[0].text()
                entries.append((name, .parameter(try self.parameter(name, parameter[1]))))
            }
            let prefix = name.isEmpty ? "" : "\(name)."
            for child in parts where child.name != name && child.name.hasPrefix(prefix) {
                let last = child.name.dropFirst(prefix.count)
                guard !last.contains(".") else { continue }
                entries.append((String(last), .module(try module(child.name, child.node))))
            }
            return Container(members: Members(entries))
        }

        private mutating func parameter(_ name: String, _ shape: ConfigNode) throws -> Parameter {
            if sharesWeights, name == "weight", let shared { return shared }
            let parameter = Parameter(try device.zeros(shape.integers()))
            if name == "weight" { shared = parameter }
            return parameter
        }
    }
}
