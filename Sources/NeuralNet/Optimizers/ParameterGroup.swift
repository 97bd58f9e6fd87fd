/// Parameters that share an optimizer's settings.
public final class ParameterGroup {
    /// The parameters, in model order.
    public let parameters: [Parameter]
    /// Names of the settings, in PyTorch's order.
    public private(set) var optionNames: [String] = []
    private var options: [String: OptionValue] = [:]
    /// The settings before the first checkpoint was loaded.
    private var ownOptions: [String: OptionValue]?

    /// A group with settings of its own; the optimizer adds its defaults for the rest.
    public init(_ parameters: [Parameter], options: [(String, OptionValue)] = []) {
        self.parameters = parameters
        for (name, value) in options { self[name] = value }
    }

    /// The setting of that name under PyTorch's spelling (`lr`, `weight_decay`), or nil.
    public subscript(option: String) -> OptionValue? {
        get { options[option] }
        set {
            if let newValue {
                if options.updateValue(newValue, forKey: option) == nil {
                    optionNames.append(option)
                }
            } else if options.removeValue(forKey: option) != nil {
                optionNames.removeAll { $0 == option }
            }
        }
    }

    /// The settings in order.
    public var optionEntries: [(name: String, value: OptionValue)] {
        optionNames.compactMap { name in options[name].map { (name, $0) } }
    }

    /// Whether a checkpoint's settings have been loaded.
    public var hasLoadedSettings: Bool { ownOptions != nil }

    /// The setting as the optimizer was built with it: what a checkpoint brought along does not count.
    public func configured(_ option: String) -> OptionValue? { (ownOptions ?? options)[option] }

    /// Takes over the settings of a checkpoint.
    func load(_ saved: [(name: String, value: OptionValue)]) {
        if ownOptions == nil { ownOptions = options }
        for (name, value) in saved { self[name] = value }
    }

    /// The learning rate, kept in double precision until a step uses it.
    public var learningRate: Double {
        get { self["lr"]?.number ?? 0 }
        set { self["lr"] = .double(newValue) }
    }

    /// The learning rate that schedules start from, once one has been noted.
    public var initialLearningRate: Double? {
        get { self["initial_lr"]?.number }
        set { self["initial_lr"] = newValue.map { .double($0) } }
    }

    /// The momentum, or Adam's first beta; nil where the optimizer has neither.
    public var momentum: Double? {
        get {
            if let momentum = self["momentum"]?.number { return momentum }
            if case .pair(let first, _) = self["betas"] { return first }
            return nil
        }
        set {
            guard let newValue else { return }
            if self["momentum"] != nil {
                self["momentum"] = .double(newValue)
            } else if case .pair(_, let second) = self["betas"] {
                self["betas"] = .pair(newValue, second)
            }
        }
    }
}
