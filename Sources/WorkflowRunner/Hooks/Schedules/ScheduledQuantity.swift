import NeuralNet

/// What a schedule sets: the learning rate, or the momentum (Adam's first beta).
enum ScheduledQuantity {
    case learningRate
    case momentum

    /// The config it comes from.
    var configKey: String {
        switch self {
        case .learningRate: "lr_config"
        case .momentum: "momentum_config"
        }
    }

    /// Its name in logs and messages.
    var word: String {
        switch self {
        case .learningRate: "lr"
        case .momentum: "momentum"
        }
    }

    /// The setting under which a group keeps what it started from.
    var initialKey: String { "initial_\(word)" }

    /// What a group starts from: the config's value, also where a checkpoint has been loaded since.
    func start(of group: ParameterGroup) -> Double? {
        if let initial = group.configured(initialKey)?.number { return initial }
        if let value = group.configured(word)?.number { return value }
        if self == .momentum, case .pair(let first, _) = group.configured("betas") { return first }
        return nil
    }

    /// Sets a group's value.
    func set(_ value: Double, in group: ParameterGroup) {
        switch self {
        case .learningRate: group.learningRate = value
        case .momentum: group.momentum = value
        }
    }

    /// The value during warmup: a learning rate is lowered by the factor, a momentum raised.
    func warmed(_ scheduled: Double, by factor: Double) -> Double {
        switch self {
        case .learningRate: scheduled * factor
        case .momentum: scheduled / factor
        }
    }
}
