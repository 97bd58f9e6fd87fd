import ConfigCore

// What the policies of learning rate and momentum read alike.
extension ConfigReader {
    /// An integer written as one: the originals refuse `3.0` here, which may well be a slip.
    mutating func plainInteger(_ key: String) throws -> Int? {
        guard let node = node(key), !node.isNull else { return nil }
        guard case .int(let value) = node.value else {
            throw failure(key, "", expected: "an integer")
        }
        return value
    }

    /// An error about a name that nothing here has.
    func unknownName(_ key: String, _ name: String, among known: [String]) -> ConfigError {
        failure(
            key, "\"\(name)\" is not a known \(key)",
            remedy: Spelling.suggestion(for: name, among: known).map { "did you mean \"\($0)\"?" }
                ?? "known: \(known.joined(separator: ", "))")
    }

    /// Whether epochs count; a policy that counts iterations only says so where it is asked for epochs.
    mutating func countsEpochs(onlyIterations: Bool) throws -> Bool {
        let byEpoch = try value("by_epoch", default: !onlyIterations)
        guard byEpoch, onlyIterations else { return byEpoch }
        throw failure(
            "by_epoch", "the policy counts iterations only", remedy: "set by_epoch=False")
    }

    /// `step`, `gamma` and the minimum of a step schedule.
    mutating func stepSchedule(gamma: Double, minimumKey: String) throws -> StepSchedule {
        StepSchedule(
            steps: try steps(), gamma: try value("gamma", default: gamma),
            minimum: try optional(minimumKey))
    }

    private mutating func steps() throws -> StepSchedule.Steps {
        let written: ConfigNode = try required("step")
        guard let elements = written.list else {
            guard let interval = try plainInteger("step") else {
                throw failure("step", "", expected: "an integer or a list of integers")
            }
            guard interval > 0 else {
                throw failure("step", "expected a positive number, got \(interval)")
            }
            return .every(interval)
        }
        let milestones = try elements.enumerated().map { place, element in
            guard case .int(let step) = element.value, step > 0 else {
                throw ConfigError(
                    at: element, path: ConfigPath.join(path(to: "step"), index: place),
                    expected: "a positive integer")
            }
            return step
        }
        return .at(milestones)
    }

    /// The end of an annealed value: exactly one of two keys.
    mutating func annealingTarget(_ key: String) throws -> AnnealingTarget {
        let ratioKey = "\(key)_ratio"
        let value: Double? = try optional(key)
        let ratio: Double? = try optional(ratioKey)
        switch (value, ratio) {
        case (let value?, nil): return .value(value)
        case (nil, let ratio?): return .ratio(ratio)
        case (nil, nil):
            throw failure(nil, "\(key) or \(ratioKey) is needed", remedy: "set one of them")
        case (_?, _?):
            throw failure(
                nil, "\(key) and \(ratioKey) are both set", remedy: "set only one of them")
        }
    }

    /// `anneal_strategy`.
    mutating func annealing() throws -> Annealing {
        let name = try value("anneal_strategy", default: Annealing.cosine.rawValue)
        guard let annealing = Annealing(rawValue: name) else {
            throw unknownName(
                "anneal_strategy", name, among: Annealing.allCases.map(\.rawValue))
        }
        return annealing
    }

    /// A share of the whole; the ends count in where they are not excluded.
    mutating func share(_ key: String, default share: Double, includesOne: Bool = true) throws
        -> Double
    {
        let share = try value(key, default: share)
        guard share >= 0, includesOne ? share <= 1 : share < 1 else {
            throw failure(
                key,
                "expected a number from 0 to \(includesOne ? "1" : "below 1"), got \(share)")
        }
        return share
    }

    /// `target_ratio` and the other keys of a cyclic schedule.
    mutating func cyclicSchedule(targets: [Double], limitsGamma: Bool) throws -> CyclicSchedule {
        let ratios = try cyclicTargets() ?? targets
        let cycles = try value("cyclic_times", default: 1)
        guard cycles > 0 else {
            throw failure("cyclic_times", "expected a positive number, got \(cycles)")
        }
        let gamma = try value("gamma", default: 1.0)
        guard !limitsGamma || gamma > 0 && gamma <= 1 else {
            throw failure("gamma", "expected a number above 0 and at most 1, got \(gamma)")
        }
        return CyclicSchedule(
            targets: (ratios[0], ratios[1]), cycles: cycles,
            shareUp: try share("step_ratio_up", default: 0.4, includesOne: false),
            annealing: try annealing(), gamma: gamma)
    }

    /// Two ratios; the second is a hundred thousandth of the first where only that is given.
    private mutating func cyclicTargets() throws -> [Double]? {
        guard let node = node("target_ratio") else { return nil }
        let ratios = try node.double.map { [$0] } ?? required("target_ratio", as: [Double].self)
        switch ratios.count {
        case 1: return [ratios[0], ratios[0] / 1e5]
        case 2: return ratios
        default:
            throw failure("target_ratio", "expected one or two numbers, got \(ratios.count)")
        }
    }
}
