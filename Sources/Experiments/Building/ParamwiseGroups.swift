import Classifiers
import ConfigCore
import NeuralNet

/// The groups of an optimizer: all parameters in one, or one for each where rules are given.
struct ParamwiseGroups {
    private let rules: ConfigNode?
    private let path: String
    private let style: ConfigStyle
    private let log: (String) -> Void

    /// The rules of a style, which stand at a path of the config.
    ///
    /// `log` takes the settings that MMEngine tells of each parameter.
    init(
        _ rules: ConfigNode?, at path: String, style: ConfigStyle = .legacy,
        log: @escaping (String) -> Void = { _ in }
    ) {
        self.rules = rules?.isNull == true || rules?.mapping?.isEmpty == true ? nil : rules
        self.path = path
        self.style = style
        self.log = log
    }

    /// The groups for parameters at these places; `config` is the optimizer's.
    func groups(
        _ places: [(place: ParamwiseRules.Place, parameter: Parameter)], _ config: ConfigNode,
        at optimizerPath: String, _ warnings: BuildWarnings
    ) throws -> [ParameterGroup] {
        var seen: Set<ObjectIdentifier> = []
        guard let rules else {
            // What several modules share is one parameter.
            let distinct = places.map(\.parameter)
                .filter { seen.insert(ObjectIdentifier($0)).inserted }
            return [ParameterGroup(distinct)]
        }
        let decay = config["weight_decay"]?.double
        let paramwise = try ParamwiseRules(
            rules, at: path, hasDecay: decay != nil, style: style)
        for warning in paramwise.warnings { warnings.add(warning) }
        for key in paramwise.idleKeys(among: places.map(\.place)) {
            let keys = rules["custom_keys"]
            warnings.add(
                ConfigIssue(
                    at: keys?[key] ?? rules, pointingAt: .key,
                    path: ConfigPath.join("\(path).custom_keys", key: key),
                    problem: "no parameter of the model has this in its name, it changes nothing"))
        }
        var groups: [ParameterGroup] = []
        for (place, parameter) in places {
            let name = "\(place.module).\(place.name)"
            if !seen.insert(ObjectIdentifier(parameter)).inserted {
                if paramwise.bypassesDuplicates { continue }
                throw ConfigError(
                    at: rules, path: path,
                    problem: "\(name) is shared and would be in two groups",
                    remedy: "set bypass_duplicate to true")
            }
            if style == .new, !place.isTrained {
                log("\(name) is skipped since its requires_grad=False")
                continue
            }
            let rate = config["lr"]?.double
            guard rate != nil || !paramwise.setsRate(of: place) else {
                throw ConfigError(
                    at: config, path: path,
                    problem: "the optimizer has no lr to multiply for \(name)",
                    remedy: "set \(optimizerPath).lr")
            }
            let options = paramwise.options(for: place, rate: rate ?? 0, decay: decay)
            tell(place.module.isEmpty ? place.name : name, options)
            groups.append(ParameterGroup([parameter], options: options))
        }
        return groups
    }

    private func tell(_ name: String, _ options: [(String, OptionValue)]) {
        for (key, value) in options {
            // Floats keep their point.
            let text = if case .double(let number) = value { "\(number)" } else { value.pythonText }
            log("paramwise_options -- \(name):\(key)=\(text)")
        }
    }
}
